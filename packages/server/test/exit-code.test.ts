import { expect, test } from "vitest";
import { runChild } from "./child.ts";

test("what the whole run loads before its tests leaves the run's exit code alone", async () => {
  const child = runChild(`await import("@latchkey/testing/database/global-setup");
    process.exitCode = 7;`);
  expect(await child.ended()).toMatchObject({ code: 7 });
});
