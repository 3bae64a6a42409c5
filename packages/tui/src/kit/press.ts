import type { Key } from "ink";
import { graphemes } from "../format/width.ts";

// A terminal delivers chunks: one key, many keys typed ahead, or a paste. Here they become single presses, so that
// nothing is lost when several arrive at once.

export type Press = {
  /** A grapheme as typed, or `enter`, `escape`, `tab`, `up`, `ctrl-s`, `paste` …. */
  readonly name: string;
  /** What a text field inserts; `null` for keys that write nothing. */
  readonly text: string | null;
};

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["backspace", "backspace"],
  ["delete", "delete"],
] as const satisfies readonly (readonly [keyof Key, string])[];

/** Ink's input, split up. The release of a key is no press. */
export function pressesOf(input: string, key: Key): Press[] {
  if (key.eventType === "release") return [];
  const special = specialName(key);
  if (special !== null) {
    const press = bare(special);
    return key.meta && special !== "escape" ? [bare("escape"), press] : [press];
  }
  if (key.escape) return key.meta ? [bare("escape"), bare("escape")] : [bare("escape")];
  if (key.ctrl) return input === "" ? [] : [bare(input === "j" ? "ctrl-enter" : `ctrl-${input}`)];
  const presses = pressesOfText(input);
  // Escape and a letter in one chunk arrive as that letter with Alt, which has no binding here.
  return key.meta ? [bare("escape"), ...presses] : presses;
}

/** A bracketed paste: one press, however many lines it has. */
export function pressOfPaste(text: string): Press {
  return { name: "paste", text };
}

function specialName(key: Key): string | null {
  if (key.return) return key.ctrl ? "ctrl-enter" : "enter";
  if (key.tab) return key.shift ? "shift-tab" : "tab";
  return named.find(([flag]) => key[flag])?.[1] ?? null;
}

function pressesOfText(input: string): Press[] {
  // A line feed alone is what terminals send for Ctrl-Enter (and Ctrl-J).
  if (input === "\n") return [bare("ctrl-enter")];
  const letters = graphemes(input);
  return letters.map((letter, index): Press => {
    const last = index === letters.length - 1;
    if (letter === "\r" || letter === "\n" || letter === "\r\n") {
      // Inside a longer chunk it may be a paste by a terminal without bracketed paste: a text field
      // takes it for a space, anything else for Enter.
      return { name: "enter", text: last ? null : " " };
    }
    if (letter === "\t") return bare("tab");
    const code = letter.charCodeAt(0);
    if (letter.length === 1 && code < 0x20) {
      return bare(`ctrl-${String.fromCharCode(code + 96)}`);
    }
    return { name: letter, text: letter };
  });
}

function bare(name: string): Press {
  return { name, text: null };
}
