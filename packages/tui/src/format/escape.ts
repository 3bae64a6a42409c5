// Whatever came from outside passes here before it reaches a terminal.

/** Changes how the character before it is drawn, which terminals disagree about: left out. */
const WIDTH_CHANGERS = /[\uFE0E\uFE0F\u200D]/gu;
/** Controls (C0, C1), formats (bidi among them), separators, surrogates, private and ignorable ones. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** One line of text that draws as what it is: what can't be seen stands there as `\u{…}`. */
export function escape(text: string): string {
  return text.replace(WIDTH_CHANGERS, "").replace(UNPRINTABLE, (character) => {
    const codePoint = character.codePointAt(0) as number;
    return `\\u{${codePoint.toString(16).toUpperCase()}}`;
  });
}
