/** One measured line: the median of its runs, against what it may be at most. */
export type Figure = {
  readonly what: string;
  readonly unit: "ms";
  readonly runs: readonly number[];
  readonly median: number;
  /** The bar, where there is one. */
  readonly atMost?: number;
  /** The median against that of the first figure of the same group. */
  readonly ratio: number;
};

export function median(runs: readonly number[]): number {
  const sorted = runs.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function printFigures(figures: readonly Figure[]): void {
  const rows = figures.map(({ what, unit, runs, median: middle, ratio, atMost }) => [
    what,
    `${middle.toFixed(0)} ${unit}`,
    `${Math.min(...runs).toFixed(0)}–${Math.max(...runs).toFixed(0)}`,
    `${ratio.toFixed(1)}×`,
    atMost === undefined ? "" : `≤ ${atMost} ${middle <= atMost ? "reached" : "MISSED"}`,
  ]);
  const table = [["what", "median", "range", "ratio", "bar"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
