// How well typed letters match a text: every letter must be in it, in order.

const WORD_START = 8;
const IN_A_ROW = 5;
const WHOLE = 30;

/** Higher is better; `null` if it does not match. Case and spaces don't count. */
export function fuzzyScore(typed: string, text: string): number | null {
  const wanted = typed.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return 0;
  const within = text.toLowerCase();
  const at = within.indexOf(typed.trim().toLowerCase());
  if (at >= 0) return WHOLE * wanted.length + (isWordStart(within, at) ? WORD_START : 0) - at / 100;
  let score = 0;
  let from = 0;
  let previous = -2;
  for (const letter of wanted) {
    const found = within.indexOf(letter, from);
    if (found < 0) return null;
    score +=
      (found === previous + 1 ? IN_A_ROW : 0) + (isWordStart(within, found) ? WORD_START : 0);
    previous = found;
    from = found + letter.length;
  }
  return score - previous / 100;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}
