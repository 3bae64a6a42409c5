import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { isPlain } from "../src/format/plain.ts";
import { Segmenter } from "../src/format/segmenter.ts";

// The short ways with plain text give what the long ways give.

const real = new Intl.Segmenter();
const PLAIN_LETTERS = Array.from({ length: 0x1_0000 }, (_, code) =>
  String.fromCharCode(code),
).filter(isPlain);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom(...PLAIN_LETTERS) }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      "é",
      "…",
      "\n",
      "\r",
      "\x1B",
      "\u200D",
      "\uFE0F",
      "\u0301",
      "👩",
      "⚠",
    ),
  }),
);

describe("plain text", () => {
  test("holds what the screens are drawn with", () => {
    expect(isPlain(" Latchkey › Ünïcode “x” – 1 × 2 · ─│╭╮▌▐▏● ◐ ◌ ○ ↑↓←→ ⏎ …")).toBe(true);
    for (const other of ["\u00AD", "\u200D", "\uFE0F", "◽", "日", "e\u0301", "🙂", "\n", "\x1B"]) {
      expect(isPlain(`a${other}`)).toBe(false);
    }
  });

  test("is one cell a letter", () => {
    expect(PLAIN_LETTERS.filter((letter) => stringWidth(letter) !== 1)).toEqual([]);
    fc.assert(
      fc.property(anyText, (text) => {
        if (isPlain(text)) expect(text.length).toBe(stringWidth(text));
      }),
    );
  });

  test("is never an emoji, which is asked of no plain letter", () => {
    const emoji = /^\p{RGI_Emoji}$/v;
    expect(PLAIN_LETTERS.filter((letter) => emoji.test(letter))).toEqual([]);
  });

  test("and any other text fall into the letters that Intl.Segmenter finds", () => {
    const segmenter = new Segmenter();
    fc.assert(
      fc.property(anyText, (text) => {
        expect([...segmenter.segment(text)].map(({ segment, index }) => [segment, index])).toEqual(
          Array.from(real.segment(text), ({ segment, index }) => [segment, index]),
        );
      }),
    );
  });
});
