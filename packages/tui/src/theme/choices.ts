/** What `LATCHKEY_THEME` may say. */
export const themeChoices = ["dark", "light", "ansi", "mono"] as const;
