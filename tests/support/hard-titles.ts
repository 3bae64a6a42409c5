/** Hard on columns and terminals: wide, composed with nothing, from right to left, like a sequence. */
export const HARD_TITLES = [
  "鍵 日本語",
  "q\u0301\u0308\u0301 m\u0303",
  "🔑 d\u00e9ploi 🚀",
  "مفتاح ab",
  "]52;c;eA== \\e[2J",
] as const;
