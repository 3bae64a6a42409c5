/**
 * A text for comparing without regard to case, the same on every engine: NFKC, full case folding by
 * way of upper case (ß and SS meet), and one sigma.
 */
export function foldText(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
