import { DUAL_JOINING, LEFT_JOINING, RIGHT_JOINING } from "./joining-letters.ts";

// The two joiners that can't be seen, and where a language or an emoji needs them. Anywhere else they
// would make two texts that look alike differ.

/** ZERO WIDTH NON-JOINER. */
export const ZWNJ = "\u200C";
/** ZERO WIDTH JOINER. */
export const ZWJ = "\u200D";

const JOINERS = /[\u200C\u200D]/g;
/** Those that Unicode recommends for interchange (UTS 51, ED-25). */
const JOINED_EMOJI = /\p{RGI_Emoji_ZWJ_Sequence}/gv;
/** Joining_Type T, but for formats, which are refused. */
const TRANSPARENT = /^[\p{Mn}\p{Me}]$/u;
const JOINS_NEXT = lettersOf(`${DUAL_JOINING} ${LEFT_JOINING}`);
const JOINS_BEFORE = lettersOf(`${DUAL_JOINING} ${RIGHT_JOINING}`);

/**
 * At which indices of a text a joiner stands where it is needed: either of them after a virama, a
 * non-joiner between two letters that would be joined (RFC 5892, Appendix A.1 and A.2, CONTEXTJ), and a
 * joiner inside an emoji.
 */
export function joinersInPlace(text: string): ReadonlySet<number> {
  const places = new Set<number>();
  if (text.search(JOINERS) < 0) return places;
  for (const { 0: emoji, index } of text.matchAll(JOINED_EMOJI)) {
    for (const { index: within } of emoji.matchAll(JOINERS)) places.add(index + within);
  }
  const letters = [...text];
  let index = 0;
  for (const [at, letter] of letters.entries()) {
    if (letter === ZWNJ || letter === ZWJ) {
      const follows = isVirama(letters[at - 1] ?? "");
      if (follows || (letter === ZWNJ && isBetweenJoined(letters, at))) places.add(index);
    }
    index += letter.length;
  }
  return places;
}

/**
 * Whether a character takes the vowel from the letter before it: its Canonical_Combining_Class is 9. No
 * regular expression has that property, but canonical ordering reveals it: U+3099 has 8, U+05B0 has 10.
 */
export function isVirama(character: string): boolean {
  return goesBefore("\u05B0", character) && goesBefore(character, "\u3099");
}

/** Whether canonical ordering puts the second of two marks before the first. */
function goesBefore(first: string, second: string): boolean {
  return first !== second && second !== "" && (first + second).normalize("NFD") === second + first;
}

function isBetweenJoined(letters: readonly string[], at: number): boolean {
  let before = at - 1;
  while (TRANSPARENT.test(letters[before] ?? "")) before -= 1;
  let after = at + 1;
  while (TRANSPARENT.test(letters[after] ?? "")) after += 1;
  return JOINS_NEXT.test(letters[before] ?? "") && JOINS_BEFORE.test(letters[after] ?? "");
}

function lettersOf(ranges: string): RegExp {
  const escaped = ranges.trim().replace(/[0-9A-F]+/g, "\\u{$&}");
  return new RegExp(`^[${escaped.replace(/\s+/g, "")}]$`, "u");
}
