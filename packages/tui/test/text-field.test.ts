import { describe, expect, test } from "vitest";
import { editText, fieldWindow, type TextField, textField } from "../src/kit/text-field.ts";
import { escape } from "../src/format/escape.ts";
import { width } from "../src/format/width.ts";

function typed(field: TextField, ...names: string[]): TextField {
  return names.reduce(
    (current, name) =>
      editText(current, { name, text: name.length === 1 ? name : null }) ?? current,
    field,
  );
}

describe("a text field", () => {
  test("takes letters where the cursor is", () => {
    expect(typed(textField("ac"), "left", "b").text).toBe("abc");
    expect(typed(textField("bc"), "home", "a", "end", "d").text).toBe("abcd");
  });

  test("removes whole letters", () => {
    expect(typed(textField("a👩\u200D👧e\u0301"), "backspace", "backspace").text).toBe("a");
    expect(typed(textField("日本"), "home", "delete").text).toBe("本");
  });

  test("knows the line keys of a shell", () => {
    expect(typed(textField("one two"), "ctrl-w").text).toBe("one ");
    expect(typed(textField("one two"), "ctrl-u").text).toBe("");
    expect(typed(textField("one two"), "ctrl-a", "ctrl-k").text).toBe("");
  });

  test("stays one line under a paste of many", () => {
    const paste = { name: "paste", text: "CI\r\ndeploy\tkey\n" };
    expect(editText(textField(), paste)?.text).toBe("CI deploy key");
  });

  test("leaves Enter, Tab and the rest to its form", () => {
    for (const name of ["enter", "tab", "escape", "ctrl-s", "down"]) {
      expect(editText(textField("a"), { name, text: null })).toBeNull();
    }
  });

  test("shows its cursor however long the text, and nothing that moves a terminal", () => {
    const field = textField(`${"日本語".repeat(30)}\u001B[2J\u202E`);
    for (let moved = field; moved.cursor > 0; moved = { ...moved, cursor: moved.cursor - 1 }) {
      const { before, after } = fieldWindow(moved, 20);
      expect(width(before) + width(after)).toBeLessThanOrEqual(19);
      expect(escape(before + after)).toBe(before + after);
    }
  });
});
