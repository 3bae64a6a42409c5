import type { Fixture } from "./terminal-colors.ts";
import type { Theme, Tone } from "./tone.ts";

/** Colours as `#rrggbb`. */
export type Palette = Readonly<Record<Tone, string>>;

/**
 * Contrast by WCAG 2.2 (1.4.3): at least 4.4 on the usual backgrounds of their name; of `unknown` at least 3.5 on
 * all of them, which is about the most that a colour can have on both.
 */
export const palettes = {
  dark: {
    accent: "#7fb2ff",
    muted: "#8b919a",
    good: "#6cc07a",
    warning: "#d9a84e",
    danger: "#ef7a76",
  },
  light: {
    accent: "#1a56c4",
    muted: "#666c75",
    good: "#1c7a34",
    warning: "#8f6000",
    danger: "#c0202c",
  },
  unknown: {
    accent: "#3f7ee0",
    muted: "#7a8089",
    good: "#31924a",
    warning: "#ad7712",
    danger: "#d9524f",
  },
} satisfies Record<Fixture, Palette>;

/**
 * The terminal's own sixteen, whose shades are up to its owner. No bright black: some palettes make it the
 * background. Yellow only on a dark background: it is pale.
 */
const onDark: Theme = {
  accent: { color: "cyan" },
  muted: { dim: true },
  good: { color: "green" },
  warning: { color: "yellow" },
  danger: { color: "red" },
};
const onLight: Theme = { ...onDark, accent: { color: "blue" }, warning: { color: "magenta" } };
const onUnknown: Theme = { ...onDark, warning: { color: "magenta" } };

export const sixteen = { dark: onDark, light: onLight, unknown: onUnknown } satisfies Record<
  Fixture,
  Theme
>;

/** Without any colour. Dim and bold are not colours, and a terminal without them ignores them. */
export const mono: Theme = {
  accent: { bold: true },
  muted: { dim: true },
  good: {},
  warning: {},
  danger: {},
};
