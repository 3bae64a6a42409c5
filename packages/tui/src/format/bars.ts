const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;
/** Nothing at all, which must not look like a little. */
const NONE = ".";

type Size = {
  /** Cells of each bar. */
  readonly cells: number;
  readonly rows: number;
};

/**
 * Bars of block characters beside each other, as lines from top to bottom. The highest value fills the
 * height, and whatever is more than nothing shows.
 */
export function bars(values: readonly number[], { cells, rows }: Size): string[] {
  const most = Math.max(...values);
  const steps = rows * LEVELS.length;
  const heights = values.map((value) =>
    value <= 0 ? 0 : Math.max(1, Math.round((value / most) * steps)),
  );
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * LEVELS.length;
    return heights.map((height) => mark(height, below, cells)).join("");
  });
}

/** A bar's part in one row; where there is room, a gap sets it off from the next. */
function mark(height: number, below: number, cells: number): string {
  if (height === 0 && below === 0) return NONE.padEnd(cells);
  const level = Math.min(LEVELS.length, height - below);
  const filled = level <= 0 ? " " : (LEVELS[level - 1] ?? "");
  return filled.repeat(Math.max(1, cells - 1)).padEnd(cells);
}
