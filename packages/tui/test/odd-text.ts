// The windows that every screen is looked at in, and texts that are hard on columns and terminals.

export const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 50],
] as const;

/** Wide, joined, combining, right-to-left, very long, and what a terminal would obey. */
export const ODD_TEXTS = [
  "plain",
  "日本語のキー",
  "👩\u200D👩\u200D👧 family ✔\uFE0F",
  "Ünïcödé e\u0301\u0308\u0301",
  "مفتاح \u202Ereversed",
  "x".repeat(200),
  "evil\u001B[2J\u001B]52;c;ZXZpbA==\u0007\u009B31m\r\n",
] as const;

/** What of them must never reach a terminal as it is. */
export const OBEYED = ["\u001B[2J\u001B]52", "ZXZpbA==\u0007", "\u202E", "\u009B"] as const;
