/** The values of `LATCHKEY_THEME`. */
export const themeChoices = ["dark", "light", "ansi", "mono"] as const;
