import type { Key } from "ink";
import { describe, expect, test } from "vitest";
import { pressesOf } from "../src/kit/press.ts";

const none = {} as Key;
const names = (input: string, key: Partial<Key> = {}): string[] =>
  pressesOf(input, { ...none, ...key }).map(({ name }) => name);

describe("a chunk from the terminal", () => {
  test("loses none of 200 keys that come at once", () => {
    expect(names("j".repeat(200))).toEqual(Array.from({ length: 200 }, () => "j"));
  });

  test("keeps letters of several code points whole", () => {
    expect(names("e\u0301日👩\u200D👧")).toEqual(["e\u0301", "日", "👩\u200D👧"]);
  });

  test("ends with Enter where text and Enter came together", () => {
    const presses = pressesOf("CI\r", none);
    expect(presses.at(-1)).toEqual({ name: "enter", text: null });
  });

  test("has line breaks in the middle that a text field takes for spaces", () => {
    const presses = pressesOf("a\r\nb\nc", none);
    expect(presses.map(({ text }) => text).join("")).toBe("a b c");
    expect(presses[1]).toEqual({ name: "enter", text: " " });
  });

  test("may hold control keys between letters", () => {
    expect(names("x\u0013")).toEqual(["x", "ctrl-s"]);
    expect(names("a\tb")).toEqual(["a", "tab", "b"]);
  });

  test("with Escape and a letter is both, in this order", () => {
    expect(names("q", { meta: true })).toEqual(["escape", "q"]);
    expect(names("", { escape: true, meta: true })).toEqual(["escape", "escape"]);
  });
});

describe("a named key", () => {
  test.each([
    [{ upArrow: true }, "up"],
    [{ pageDown: true }, "pagedown"],
    [{ tab: true, shift: true }, "shift-tab"],
    [{ return: true }, "enter"],
    [{ return: true, ctrl: true }, "ctrl-enter"],
    [{ escape: true }, "escape"],
    [{ backspace: true }, "backspace"],
  ] as const)("%j is %s", (key, name) => {
    expect(names("", key)).toEqual([name]);
  });

  test("Ctrl-Enter comes as a line feed alone from terminals that know no better", () => {
    expect(names("\n")).toEqual(["ctrl-enter"]);
    expect(names("j", { ctrl: true })).toEqual(["ctrl-enter"]);
    expect(names("s", { ctrl: true })).toEqual(["ctrl-s"]);
  });

  test("counts when it goes down, not when it is released", () => {
    expect(names("j", { eventType: "release" })).toEqual([]);
  });
});
