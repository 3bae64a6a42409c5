/**
 * A text for comparison without regard to case, the same on every engine: NFKC, full case folding via upper case
 * (ß equals SS), and one sigma. Joiners, which are invisible, make no difference.
 */
export function foldText(text: string): string {
  const folded = text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded.replace(/[\u200C\u200D]/g, "");
}

/** A folding may be 18 times its text; cursors and index entries are limited to this many characters. */
const SORTED_LENGTH = 200;

/** What a title sorts by: the start of its folding. */
export function foldForSorting(title: string): string {
  return [...foldText(title)].slice(0, SORTED_LENGTH).join("");
}
