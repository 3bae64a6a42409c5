import { themeChoices } from "./choices.ts";
import { nearestOf256 } from "./nearest-of-256.ts";
import { mono, type Palette, palettes, sixteen } from "./palettes.ts";
import { type ColorDepth, depthOf, fixtureOf } from "./terminal-colors.ts";
import type { Style, Theme } from "./tone.ts";

/**
 * The theme for a terminal: `LATCHKEY_THEME` (dark, light, ansi or mono) comes first, then `NO_COLOR`, then
 * `COLORTERM`, `TERM` and `COLORFGBG`. If the background is unknown, the colours are readable on both dark and
 * light.
 */
export function themeFor(env: NodeJS.ProcessEnv): Theme {
  const choice = themeChoices.find((known) => known === env["LATCHKEY_THEME"]);
  if (choice === "mono" || (choice === undefined && (env["NO_COLOR"] ?? "") !== "")) return mono;
  const fixture = choice === "dark" || choice === "light" ? choice : fixtureOf(env);
  const depth = choice === "ansi" ? "16" : depthOf(env);
  if (depth === "none") return choice === undefined ? mono : sixteen[fixture];
  return depth === "16" ? sixteen[fixture] : styled(palettes[fixture], depth);
}

function styled(palette: Palette, depth: Extract<ColorDepth, "256" | "truecolor">): Theme {
  const style = (hex: string): Style => ({
    color: depth === "truecolor" ? hex : `ansi256(${nearestOf256(hex)})`,
  });
  return {
    accent: style(palette.accent),
    muted: style(palette.muted),
    good: style(palette.good),
    warning: style(palette.warning),
    danger: style(palette.danger),
  };
}
