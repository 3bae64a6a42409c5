// Colours by what they mean. Nothing is told by colour alone: glyphs and words carry it too.

export type Tone = "accent" | "muted" | "good" | "warning" | "danger";
type ThemeName = "dark" | "light" | "mono";
export type Theme = { readonly name: ThemeName } & Readonly<Record<Tone, string | undefined>>;

const themes = {
  dark: {
    name: "dark",
    accent: "#7fb2ff",
    muted: "#8b919a",
    good: "#6cc07a",
    warning: "#d9a84e",
    danger: "#ef7a76",
  },
  light: {
    name: "light",
    accent: "#1a56c4",
    muted: "#666c75",
    good: "#1c7a34",
    warning: "#8f6000",
    danger: "#c0202c",
  },
  mono: {
    name: "mono",
    accent: undefined,
    muted: undefined,
    good: undefined,
    warning: undefined,
    danger: undefined,
  },
} satisfies Record<ThemeName, Theme>;

/**
 * LATCHKEY_THEME where it is set; no colour under NO_COLOR or on a dumb terminal; light where
 * COLORFGBG tells of a light background (its last number is the background's ANSI colour).
 */
export function themeFor(env: NodeJS.ProcessEnv): Theme {
  const chosen = env["LATCHKEY_THEME"];
  if (chosen === "dark" || chosen === "light" || chosen === "mono") return themes[chosen];
  if ((env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return themes.mono;
  const background = Number((env["COLORFGBG"] ?? "").split(";").at(-1) || "0");
  return background === 7 || background === 15 ? themes.light : themes.dark;
}
