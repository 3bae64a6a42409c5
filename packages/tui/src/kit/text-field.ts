import { escapeLetters } from "../format/escape.ts";
import { isPlain } from "../format/plain.ts";
import { graphemes, takeCells, width } from "../format/width.ts";
import { textActionFor } from "./keymap/text.ts";
import type { Press } from "./press.ts";

/** One line of text being typed. `cursor` counts graphemes. */
export type TextField = { readonly text: string; readonly cursor: number };

/** More than any public key has, so that one that is too long still gets its message. */
const MAX_TYPED = 8_000;
/** And more than any title: each key press segments all of it, which is slow for complex scripts. */
const MAX_TYPED_OTHER = 1_000;

export function textField(text = ""): TextField {
  return { text, cursor: graphemes(text).length };
}

/** The field after a key, or `null` if the key is not one of a text field's. */
export function editText(field: TextField, press: Press): TextField | null {
  if (press.text !== null) return insert(field, press.text);
  const letters = graphemes(field.text);
  const { cursor } = field;
  const keep = (from: number, to: number): TextField => ({
    text: [...letters.slice(0, from), ...letters.slice(to)].join(""),
    cursor: from,
  });
  switch (textActionFor(press)) {
    case "left":
      return { ...field, cursor: Math.max(0, cursor - 1) };
    case "right":
      return { ...field, cursor: Math.min(letters.length, cursor + 1) };
    case "start":
      return { ...field, cursor: 0 };
    case "end":
      return { ...field, cursor: letters.length };
    case "delete-before":
      return cursor === 0 ? field : keep(cursor - 1, cursor);
    case "delete-after":
      return keep(cursor, cursor + 1);
    case "delete-to-start":
      return keep(0, cursor);
    case "delete-to-end":
      return keep(cursor, letters.length);
    case "delete-word":
      return keep(wordStart(letters, cursor), cursor);
    case null:
      return null;
  }
}

/** What fits into that many cells, the cursor always included. All of it is safe to draw. */
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

/** Line breaks and tabs become spaces: a field is one line, also after a paste of many. */
function insert(field: TextField, typed: string): TextField {
  const line = typed.replace(/[\r\n]+$/, "").replace(/[\r\n\t]+/g, " ");
  // Before anything whose cost grows with the length: a client may type endlessly.
  const most = isPlain(line) ? MAX_TYPED : MAX_TYPED_OTHER;
  if (field.text.length + line.length > most) return field;
  const letters = graphemes(field.text);
  const head = letters.slice(0, field.cursor).join("") + line;
  return {
    text: head + letters.slice(field.cursor).join(""),
    cursor: graphemes(head).length,
  };
}

function wordStart(letters: readonly string[], cursor: number): number {
  let start = cursor;
  while (start > 0 && letters[start - 1] === " ") start -= 1;
  while (start > 0 && letters[start - 1] !== " ") start -= 1;
  return start;
}
