const CUBE = [0, 95, 135, 175, 215, 255] as const;
const CUBE_FROM = 16;
const GREYS_FROM = 232;
const GREYS = 24;

/** The index in xterm's palette of 256 (its cube of 6×6×6, its 24 greys) that looks most like `#rrggbb`. */
export function nearestOf256(hex: string): number {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  let nearest = CUBE_FROM;
  let least = Number.POSITIVE_INFINITY;
  const offer = (index: number, offered: readonly number[]): void => {
    const distance = offered.reduce((sum, value, at) => sum + (value - (wanted[at] ?? 0)) ** 2, 0);
    if (distance >= least) return;
    least = distance;
    nearest = index;
  };
  for (const [r, red] of CUBE.entries()) {
    for (const [g, green] of CUBE.entries()) {
      for (const [b, blue] of CUBE.entries())
        offer(CUBE_FROM + 36 * r + 6 * g + b, [red, green, blue]);
    }
  }
  for (let step = 0; step < GREYS; step += 1) {
    const grey = 8 + 10 * step;
    offer(GREYS_FROM + step, [grey, grey, grey]);
  }
  return nearest;
}
