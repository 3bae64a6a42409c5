/** The windows that every screen is looked at in. */
export const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 50],
] as const;
