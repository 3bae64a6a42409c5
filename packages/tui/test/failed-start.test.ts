import { describe, expect, test } from "vitest";
import { fail } from "../src/cli/run-command.ts";
import { pipedConsole } from "./piped-console.ts";

describe("a command that can't start", () => {
  test.each([true, false])(
    "shows nothing of a query of the database's (--json: %s)",
    async (json) => {
      const failed = Object.assign(new Error("Failed query: select id\nparams: hunter2"), {
        query: "select id",
        params: ["hunter2"],
      });
      const { console, out, err } = pipedConsole();
      expect(await fail(console, json ? { json } : {}, failed)).toBe(3);
      expect(out() + err()).toMatch(/Something went wrong/);
      expect(out() + err()).not.toMatch(/select|hunter2/);
    },
  );
});
