import { MAX_TITLE_LENGTH, parseTitle, type TitleProblem } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueOf } from "./given.ts";

function problemOf(input: string): TitleProblem | null {
  const parsed = parseTitle(input);
  return parsed.ok ? null : parsed.error.problem;
}

/** Code points from–to, by Unicode 16's list of each category. */
function range(from: number, to = from): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const forbidden: Record<string, readonly number[]> = {
  "control (Cc)": [...range(0x00, 0x1f), ...range(0x7f, 0x9f)],
  "bidi control": [0x061c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)],
  "zero width": [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff],
  "other format (Cf)": [
    ...range(0x600, 0x605),
    ...range(0x2061, 0x2064),
    ...range(0x206a, 0x206f),
    ...range(0xfff9, 0xfffb),
    ...range(0x1d173, 0x1d17a),
    ...range(0xe0020, 0xe007f),
    0xad,
    0x6dd,
    0x70f,
    0x8e2,
    0x180e,
    0x110bd,
    0xe0001,
  ],
  "line and paragraph separator (Zl, Zp)": [0x2028, 0x2029],
  "surrogate (Cs)": range(0xd800, 0xdfff),
  "private use (Co)": [...range(0xe000, 0xf8ff), 0xf0000, 0xffffd, 0x100000, 0x10fffd],
};

describe("what a title is stored as", () => {
  const fine = [
    "a",
    "CI deploy",
    "Zoë",
    "鍵",
    "🔑",
    "🇩🇪",
    "👍🏽",
    "a  b",
    "<b>",
    "'; --",
    "\\",
    "42",
    "ﬁ",
    "…",
  ];
  test.for(fine)("%j as it is", (title) => {
    expect(parseTitle(title)).toEqual({ ok: true, value: title });
  });

  test("white space around it is dropped, also what isn't ASCII", () => {
    expect(valueOf(parseTitle(" \t\r\n\u00a0\u3000\u2028 Deploy\u2003 bot \ufeff\n"))).toBe(
      "Deploy\u2003 bot",
    );
  });

  test("a letter and its accent become one, so that equal titles are equal text", () => {
    expect(valueOf(parseTitle("Zoe\u0308"))).toBe("Zo\u00eb");
    expect(valueOf(parseTitle("\u1100\u1161\u11a8"))).toBe("\uac01");
  });

  test("whatever is accepted is accepted again unchanged, is NFC, trimmed, and within bounds", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.string({ unit: "grapheme", maxLength: 220 }),
      fc.string({
        unit: fc.constantFrom("a", " ", "\u0301", "e", "\u1100", "\u1161", "\u3000", "🔑"),
      }),
    );
    let accepted = 0;
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseTitle(input);
        if (!parsed.ok) return;
        accepted += 1;
        const { value } = parsed;
        expect(parseTitle(value)).toEqual(parsed);
        expect(value).toBe(value.normalize("NFC"));
        expect(value).toBe(value.trim());
        const length = Array.from(value).length;
        expect(length).toBeGreaterThanOrEqual(1);
        expect(length).toBeLessThanOrEqual(MAX_TITLE_LENGTH);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});

describe("the bounds", () => {
  test.for(["a", "🔑", "鍵"])("200 of %s are a title, 201 are too many", (character) => {
    expect(problemOf(character.repeat(200))).toBeNull();
    expect(problemOf(character.repeat(201))).toEqual({ kind: "too_long", length: 201 });
  });

  test("it is measured as stored: composed, and without the space around it", () => {
    expect(problemOf("e\u0301".repeat(200))).toBeNull();
    expect(problemOf("e\u0301".repeat(201))).toEqual({ kind: "too_long", length: 201 });
    expect(problemOf(`${" ".repeat(300)}a${" ".repeat(300)}`)).toBeNull();
  });

  test("marks count, so that one visible letter can't carry a thousand", () => {
    expect(problemOf(`x${"\u0323".repeat(1000)}`)).toEqual({ kind: "too_long", length: 1001 });
  });
});

describe("characters that are refused", () => {
  test.for(Object.keys(forbidden))("every %s character inside a title", (name) => {
    for (const codePoint of forbidden[name] as readonly number[]) {
      const title = `a${String.fromCodePoint(codePoint)}b`;
      expect(problemOf(title)).toEqual({ kind: "forbidden_character", codePoint });
    }
  });

  test.for(["\ud83d", "\udd11", "a\ud83d", "\udd11a", "\udd11\ud83d"])(
    "half of a surrogate pair: %j",
    (title) => {
      expect(problemOf(title)).toMatchObject({ kind: "forbidden_character" });
    },
  );

  test("the first of several is named", () => {
    expect(problemOf("a\u202eb\u0000c")).toEqual({
      kind: "forbidden_character",
      codePoint: 0x202e,
    });
  });

  test("a title that reads backwards, or links and colours, never comes in", () => {
    for (const title of [
      "evil\u202etxt.exe",
      "\u001b[31mred",
      "\u009b31m",
      "\u001b]8;;http://x\u0007y",
    ]) {
      expect(problemOf(title)?.kind).toBe("forbidden_character");
    }
  });
});

describe("titles that nobody could see", () => {
  const unseen: Record<string, string> = {
    nothing: "",
    spaces: "   ",
    "a no-break space": "\u00a0",
    "ideographic spaces": "\u3000\u3000",
    "a combining mark alone": "\u0301",
    "a combining grapheme joiner": "\u034f",
    "a variation selector": "\ufe0f",
    "the Hangul filler": "\u3164",
    "Hangul choseong and jungseong fillers": "\u115f\u1160",
    "the half-width Hangul filler": "\uffa0",
    "the empty braille pattern": "\u2800",
    "fillers between spaces": "\u3164 \u3164",
  };
  test.for(Object.keys(unseen))("%s: empty", (name) => {
    expect(problemOf(unseen[name] as string)).toEqual({ kind: "empty" });
  });

  test("beside something visible they may stand", () => {
    expect(problemOf("a\u3164")).toBeNull();
    expect(problemOf("❤\ufe0f")).toBeNull();
  });
});
