import { isVirama, joinersInPlace, ZWJ, ZWNJ } from "@latchkey/core";
import { isPlain } from "./plain.ts";
import { graphemes } from "./width.ts";

// Everything from outside passes here before it reaches a terminal.

/** Changes how the character before it is drawn, which terminals disagree about: removed. */
const CHANGER = /[\uFE0E\uFE0F\u20E3]|(?<=\p{Emoji_Modifier_Base}\uFE0F?)\p{Emoji_Modifier}/u;
/**
 * Controls (C0, C1), formats (bidi among them), separators, surrogates, private and ignorable ones; and a skin tone
 * without a base, which is a letter on some terminals and a part of the one before it on others.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/u;
const SPECIAL = new RegExp(`(${CHANGER.source})|${UNPRINTABLE.source}`, "gu");
const BEFORE_LETTER = /\p{M}\p{L}/u;

/**
 * One line of text that is drawn as it is, equally wide on every terminal: invisible characters are shown as
 * `\u{…}`.
 */
export function escape(text: string): string {
  return isPlain(text) ? text : shown(text, 0, joinersInPlace(text));
}

/** The same, letter by letter. */
export function escapeLetters(text: string): string[] {
  const inPlace = joinersInPlace(text);
  let start = 0;
  return graphemes(text).map((letter) => {
    const drawn = shown(letter, start, inPlace);
    start += letter.length;
    return drawn;
  });
}

function shown(part: string, start: number, inPlace: ReadonlySet<number>): string {
  const drawn = part.replace(SPECIAL, (character, changer: string | undefined, at: number) => {
    if (changer !== undefined) return "";
    if (inPlace.has(start + at)) return joinerText(character, part.slice(Math.max(0, at - 2), at));
    const codePoint = character.codePointAt(0) as number;
    return `\\u{${codePoint.toString(16).toUpperCase()}}`;
  });
  if (!BEFORE_LETTER.test(drawn)) return drawn;
  return graphemes(drawn).map(apart).join("");
}

/** Some terminals draw letters that a virama joins in one cell, others don't: with this between, none does. */
function apart(letter: string): string {
  return letter.replace(/\p{M}+(?=\p{L})/gu, (marks) =>
    [...marks].some(isVirama) ? marks + ZWNJ : marks,
  );
}

/** A joiner takes a cell from what is after it on some terminals; a non-joiner has no width on any. */
function joinerText(joiner: string, before: string): string {
  return joiner === ZWJ && !isVirama([...before].at(-1) ?? "") ? "" : ZWNJ;
}
