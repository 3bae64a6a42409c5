import stringWidth from "string-width";
import { isPlain } from "./plain.ts";
import { Segmenter } from "./segmenter.ts";

// Text in terminal cells: a letter takes one, wide characters and emoji two.

const segmenter = new Segmenter();

/** What a person sees as single letters. */
export function graphemes(text: string): string[] {
  if (isPlain(text)) return text.split("");
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export function width(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** At most this many cells, with `…` if something was cut. */
export function truncate(text: string, cells: number): string {
  if (width(text) <= cells) return text;
  if (cells <= 0) return "";
  return `${takeCells(text, cells - 1)}…`;
}

/** Exactly this many cells: cut or padded. */
export function fit(text: string, cells: number, align: "left" | "right" = "left"): string {
  const cut = truncate(text, cells);
  const padding = " ".repeat(Math.max(0, cells - width(cut)));
  return align === "left" ? cut + padding : padding + cut;
}

/** Lines of at most this many cells, broken at spaces if there are any. */
export function wrap(text: string, cells: number): string[] {
  const room = Math.max(2, cells);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (width(joined) <= room) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    let rest = word;
    while (width(rest) > room) {
      const head = takeCells(rest, room);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  lines.push(line);
  return lines;
}

/** The start of a text that fits into this many cells, never half a letter. */
export function takeCells(text: string, cells: number): string {
  let taken = "";
  let used = 0;
  for (const grapheme of graphemes(text)) {
    used += width(grapheme);
    if (used > cells) break;
    taken += grapheme;
  }
  return taken;
}
