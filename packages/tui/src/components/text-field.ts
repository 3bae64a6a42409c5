import type { Press } from "../app/input.ts";
import { escapeLetters } from "../format/escape.ts";
import { graphemes, takeCells, width } from "../format/width.ts";

/** One line of text being typed. `cursor` counts graphemes. */
export type TextField = { readonly text: string; readonly cursor: number };

/** More than any title or public key may have, so that the word on too long ones is still heard. */
const MAX_TYPED = 8_000;

export function textField(text = ""): TextField {
  return { text, cursor: graphemes(text).length };
}

/** The field after a key, or `null` where the key is none of a text field's. */
export function editText(field: TextField, press: Press): TextField | null {
  if (press.text !== null) return insert(field, press.text);
  const letters = graphemes(field.text);
  const { cursor } = field;
  const keep = (from: number, to: number): TextField => ({
    text: [...letters.slice(0, from), ...letters.slice(to)].join(""),
    cursor: from,
  });
  switch (press.name) {
    case "left":
      return { ...field, cursor: Math.max(0, cursor - 1) };
    case "right":
      return { ...field, cursor: Math.min(letters.length, cursor + 1) };
    case "home":
    case "ctrl-a":
      return { ...field, cursor: 0 };
    case "end":
    case "ctrl-e":
      return { ...field, cursor: letters.length };
    case "backspace":
      return cursor === 0 ? field : keep(cursor - 1, cursor);
    case "delete":
    case "ctrl-d":
      return keep(cursor, cursor + 1);
    case "ctrl-u":
      return keep(0, cursor);
    case "ctrl-k":
      return keep(cursor, letters.length);
    case "ctrl-w":
      return keep(wordStart(letters, cursor), cursor);
    default:
      return null;
  }
}

/** What fits into so many cells, the cursor always among it. All of it is safe to draw. */
export function fieldWindow(
  { text, cursor }: TextField,
  cells: number,
): { readonly before: string; readonly after: string } {
  const letters = escapeLetters(text);
  let before = letters.slice(0, cursor).join("");
  const room = Math.max(1, cells - 1);
  if (width(before) > room) {
    const kept: string[] = [];
    let used = 1;
    for (const letter of letters.slice(0, cursor).reverse()) {
      used += width(letter);
      if (used > room) break;
      kept.unshift(letter);
    }
    before = `…${kept.join("")}`;
  }
  return { before, after: takeCells(letters.slice(cursor).join(""), room - width(before)) };
}

/** Line breaks and tabs become spaces: a field is one line, also under a paste of many. */
function insert({ text, cursor }: TextField, typed: string): TextField {
  const line = typed.replace(/[\r\n]+$/, "").replace(/[\r\n\t]+/g, " ");
  const letters = graphemes(text);
  const head = letters.slice(0, cursor).join("") + line;
  const whole = head + letters.slice(cursor).join("");
  if (whole.length > MAX_TYPED) return { text, cursor };
  return { text: whole, cursor: graphemes(head).length };
}

function wordStart(letters: readonly string[], cursor: number): number {
  let start = cursor;
  while (start > 0 && letters[start - 1] === " ") start -= 1;
  while (start > 0 && letters[start - 1] !== " ") start -= 1;
  return start;
}
