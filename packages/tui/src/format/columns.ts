/** Left indent and right margin of every page. */
const MARGINS = 4;
/** Between two columns. */
const GAP = 2;

/** What is left for a column beside others on a page of so many columns; those of 0 are not there. */
export function roomBeside(columns: number, others: readonly number[]): number {
  return others.reduce(
    (room, cells) => (cells === 0 ? room : room - cells - GAP),
    columns - MARGINS,
  );
}
