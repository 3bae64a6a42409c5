import { isVirama, joinersInPlace, parseTitle } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinerVectors } from "./vectors/read.ts";

const [ZWNJ, ZWJ] = ["\u200C", "\u200D"];
const joiners = (text: string): number => text.split(/[\u200C\u200D]/).length - 1;
const isTitle = (text: string): boolean => parseTitle(text).ok;

describe("joiners between letters are allowed where RFC 5892 has them:", () => {
  test.for(joinerVectors)("$what ($allowed)", ({ text, allowed }) => {
    expect(joinersInPlace(text).size === joiners(text)).toBe(allowed);
    expect(isTitle(`CI ${text} 2`)).toBe(allowed);
    expect(parseTitle(text)).toMatchObject(
      allowed ? { value: text } : { error: { problem: { kind: "forbidden_character" } } },
    );
  });
});

describe("a joiner inside an emoji", () => {
  test.for([
    ["a family", "👩\u200D👩\u200D👧"],
    ["with skin tones and a heart", "👩🏻\u200D❤\uFE0F\u200D💋\u200D👨🏿"],
    ["a heart on fire", "❤\uFE0F\u200D🔥"],
    ["a flag", "🏳\uFE0F\u200D🌈"],
    ["an astronaut beside text", "team 👩🏽\u200D🚀!"],
    ["two in a row", "👩\u200D🚀👨\u200D🚀"],
  ] as const)("is allowed: %s", ([, text]) => {
    expect(parseTitle(text)).toEqual({ ok: true, value: text });
  });

  test.for([
    ["that Unicode doesn't know as one", "😀\u200D😀"],
    ["at its end", "👩\u200D"],
    ["before it", "\u200D👩"],
    ["twice", "👩\u200D\u200D👧"],
    ["of the other kind", "👩\u200C👧"],
    ["with a letter", "👩\u200Da"],
    ["behind a whole one", "👩\u200D🚀\u200D👩"],
  ] as const)("is refused %s", ([, text]) => {
    expect(isTitle(text)).toBe(false);
  });
});

test("a title is refused for the first joiner out of place, in words about it", () => {
  expect(parseTitle(`می${ZWNJ}خواهم a${ZWJ}b${ZWNJ}c`)).toMatchObject({
    error: { problem: { codePoint: 0x200d } },
  });
});

const PARTS = `\u200C \u200D \u200C \u200D a ب ا م \u0650 क \u094D \u0301 1 👩 🚀 🏽 \uFE0F ന \u0D4D 中 \uD83D`;

test("whatever else stands in a text, a joiner in place is after a virama, between letters or in an emoji", () => {
  const never = ["\u200C", "\u200D", "a", " ", "ا", "क", "1", "ന", "中", "\uD83D", undefined];
  const unit = fc.constantFrom(" ", ...PARTS.split(" "));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      for (const at of joinersInPlace(text)) {
        expect([ZWNJ, ZWJ]).toContain(text[at]);
        expect(never).not.toContain(Array.from(text.slice(0, at)).at(-1));
      }
      const title = parseTitle(text);
      if (title.ok) expect(joinersInPlace(title.value).size).toBe(joiners(title.value));
    }),
    { numRuns: 3000 },
  );
});

test("ten thousand joiners take no longer than a blink to look at", () => {
  for (const part of [ZWNJ, `\u0650${ZWNJ}`, `ب${ZWNJ}`, `👩${ZWJ}`, `क\u094D${ZWJ}`]) {
    expect(isTitle(part.repeat(10_000))).toBe(false);
  }
});

test("a virama is what has that combining class, and nothing beside it", () => {
  for (const virama of ["\u094D", "\u0DCA", "\u17D2", "\u0E3A", "\u{1039}", "\u{11046}"]) {
    expect(isVirama(virama)).toBe(true);
  }
  for (const other of ["", "a", "\u0301", "\u05B0", "\u3099", "\u093C", "\u0327", ZWJ, "क"]) {
    expect(isVirama(other)).toBe(false);
  }
});
