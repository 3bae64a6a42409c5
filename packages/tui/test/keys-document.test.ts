import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { bindingsOf, keyName } from "../src/kit/keymap.ts";
import { keysDocument } from "./keys-document.ts";

test("docs/keys.md says what the table of keys says", async () => {
  await expect(keysDocument()).toMatchFileSnapshot("../../../docs/keys.md");
});

test("the README has every key of the list, and no other", async () => {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const rows = readme.slice(readme.indexOf("| in the list |"), readme.indexOf("| elsewhere |"));
  const named = [...rows.matchAll(/`([^`]+)`/g)].map(([, key]) => key);
  const letters = bindingsOf("jump").map(({ keys: [key] }) => keyName(key ?? ""));
  const keys = bindingsOf("key-list").flatMap((binding) => binding.keys.map(keyName));
  expect(new Set(named)).toEqual(new Set([...keys, ...letters.filter((key) => key !== "esc")]));
});
