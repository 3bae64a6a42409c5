import { expect, test } from "vitest";
import { keysDocument } from "./keys-document.ts";

test("docs/keys.md says what the table of keys says", async () => {
  await expect(keysDocument()).toMatchFileSnapshot("../../../docs/keys.md");
});
