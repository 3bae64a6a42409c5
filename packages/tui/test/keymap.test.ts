import { describe, expect, test } from "vitest";
import type { Binding } from "../src/kit/keymap/binding.ts";
import {
  actionFor,
  bindingsOf,
  commandAnywhere,
  everywhere,
  helpOf,
  hintsOf,
  type KeyContext,
  keymap,
} from "../src/kit/keymap.ts";

const contexts = Object.keys(keymap) as KeyContext[];

describe.each(contexts)("the keys of %s", (context) => {
  test("mean one thing each", () => {
    const bindings: readonly Binding[] = [...bindingsOf(context), ...everywhere];
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test("are all found by dispatch and told by the help", () => {
    for (const { action, keys } of bindingsOf(context)) {
      for (const name of keys) {
        const press = { name, text: null };
        expect(actionFor(context, press) ?? commandAnywhere(context, press)).toBe(action);
      }
    }
    expect(helpOf(context)).toHaveLength(bindingsOf(context).length + everywhere.length);
  });

  test("have hints that name a way out", () => {
    const ways = ["back", "cancel", "close", "quit", "clear", "help", "continue"];
    expect(ways).toContain(hintsOf(context).at(-1)?.action);
  });
});

test("a key that is bound to nothing means nothing", () => {
  expect(actionFor("key-list", { name: "ä", text: "ä" })).toBeNull();
});
