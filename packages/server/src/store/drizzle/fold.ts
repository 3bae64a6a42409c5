/**
 * A text for comparing without regard to case, the same on every engine: NFKC, full case folding by
 * way of upper case (ß and SS meet), and one sigma. Joiners, which nobody sees, make no difference.
 */
export function foldText(text: string): string {
  const folded = text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded.replace(/[\u200C\u200D]/g, "");
}

/** A folding may be 18 times its text; cursors and index entries are kept to so many characters. */
const SORTED_LENGTH = 200;

/** What a title sorts by: the beginning of its folding. */
export function foldForSorting(title: string): string {
  return [...foldText(title)].slice(0, SORTED_LENGTH).join("");
}
