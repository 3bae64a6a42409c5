// A terminal's colours by its environment. The terminal itself is not queried (OSC 11): its answer would arrive
// between what is typed, late over a network, and from many not at all.

export type ColorDepth = "none" | "16" | "256" | "truecolor";
export type Fixture = "dark" | "light" | "unknown";

const TRUECOLOR_TERMS = /^(xterm-kitty|xterm-ghostty|wezterm|alacritty|foot|contour)\b|-direct/;
const COLORLESS_TERMS = /^(dumb|vt\d|.*-m(ono)?$)/;

/** `COLORTERM`, else by `TERM`. Unknown ones get the sixteen that nearly all have. */
export function depthOf(env: NodeJS.ProcessEnv): ColorDepth {
  const term = env["TERM"] ?? "";
  if (/^(truecolor|24bit)$/i.test(env["COLORTERM"] ?? "")) return "truecolor";
  if (TRUECOLOR_TERMS.test(term)) return "truecolor";
  if (term.includes("256color")) return "256";
  return term === "" || COLORLESS_TERMS.test(term) ? "none" : "16";
}

/** By `COLORFGBG`, whose last number is the ANSI colour of the background: rxvt and Konsole set it. */
export function fixtureOf(env: NodeJS.ProcessEnv): Fixture {
  const background = /;(\d{1,2})$/.exec(env["COLORFGBG"] ?? "")?.[1];
  if (background === undefined) return "unknown";
  return background === "7" || background === "15" ? "light" : "dark";
}
