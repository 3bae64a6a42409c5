/**
 * The visible lines of a page, from one on. A heading stays with its first line: at the bottom it waits for that.
 */
export function seenOf<Line extends { readonly kind: string }>(
  lines: readonly Line[],
  from: number,
  rows: number,
): readonly Line[] {
  const seen = lines.slice(from, from + rows);
  const isAlone = from + rows < lines.length && seen.at(-1)?.kind === "heading";
  return isAlone ? seen.slice(0, -1) : seen;
}
