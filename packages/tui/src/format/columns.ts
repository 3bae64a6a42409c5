/** Left indent and right margin of every page. */
export const MARGINS = 4;
/** Between two columns. */
export const GAP = 2;

type Cells = Readonly<Record<string, number>>;

/** What is left of some cells beside columns; those of 0 are absent. */
export function roomBeside(room: number, others: readonly number[]): number {
  return others.reduce((left, cells) => (cells === 0 ? left : left - cells - GAP), room);
}

/**
 * The columns of a page beside one that takes the rest: the first attempt that leaves it enough, else the last.
 *
 * @param fixed those that are always there
 * @returns the attempt, and the rest
 */
export function fitColumns<Attempt extends Cells>(
  columns: number,
  fixed: readonly number[],
  attempts: readonly [Attempt, ...Attempt[]],
  enough: number,
): { readonly chosen: Attempt; readonly left: number } {
  const fits = attempts.map((chosen) => ({
    chosen,
    left: roomBeside(columns - MARGINS, [...fixed, ...Object.values(chosen)]),
  }));
  return (fits.find(({ left }) => left >= enough) ?? fits.at(-1)) as (typeof fits)[number];
}
