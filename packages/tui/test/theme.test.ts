import { describe, expect, test } from "vitest";
import { nearestOf256 } from "../src/theme/nearest-of-256.ts";
import { mono, palettes, sixteen } from "../src/theme/palettes.ts";
import { themeFor } from "../src/theme/theme.ts";

const truecolor = { TERM: "xterm-256color", COLORTERM: "truecolor" };
const accentOf = (env: NodeJS.ProcessEnv): string | undefined => themeFor(env).accent.color;

describe("the theme", () => {
  test("is what LATCHKEY_THEME says, also under NO_COLOR", () => {
    expect(accentOf({ ...truecolor, LATCHKEY_THEME: "dark" })).toBe(palettes.dark.accent);
    expect(accentOf({ ...truecolor, LATCHKEY_THEME: "light" })).toBe(palettes.light.accent);
    expect(themeFor({ ...truecolor, LATCHKEY_THEME: "ansi" })).toBe(sixteen.unknown);
    expect(themeFor({ ...truecolor, LATCHKEY_THEME: "mono" })).toBe(mono);
    const both = { ...truecolor, NO_COLOR: "1", LATCHKEY_THEME: "light" };
    expect(accentOf(both)).toBe(palettes.light.accent);
  });

  test("has no colour under NO_COLOR, unless that is empty", () => {
    expect(themeFor({ ...truecolor, NO_COLOR: "1" })).toBe(mono);
    expect(accentOf({ ...truecolor, NO_COLOR: "" })).toBe(palettes.unknown.accent);
  });

  test.each([
    [{ TERM: "xterm", COLORTERM: "24bit" }, palettes.unknown.accent],
    [{ TERM: "xterm-kitty" }, palettes.unknown.accent],
    [{ TERM: "xterm-direct" }, palettes.unknown.accent],
    [{ TERM: "tmux-256color" }, `ansi256(${nearestOf256(palettes.unknown.accent)})`],
    [{ TERM: "xterm" }, "cyan"],
    [{ TERM: "linux" }, "cyan"],
    [{ TERM: "vt220" }, undefined],
    [{ TERM: "xterm-mono" }, undefined],
    [{ TERM: "dumb" }, undefined],
    [{}, undefined],
  ])("uses the colours that %j has", (env, accent) => {
    expect(accentOf(env)).toBe(accent);
  });

  test("is dark or light where COLORFGBG tells the background", () => {
    expect(accentOf({ ...truecolor, COLORFGBG: "0;15" })).toBe(palettes.light.accent);
    expect(accentOf({ ...truecolor, COLORFGBG: "15;default;0" })).toBe(palettes.dark.accent);
    expect(accentOf({ ...truecolor, COLORFGBG: "15;default" })).toBe(palettes.unknown.accent);
    expect(themeFor({ TERM: "xterm", COLORFGBG: "0;7" })).toBe(sixteen.light);
  });

  test("may be chosen where the terminal is not believed to have colours", () => {
    expect(themeFor({ TERM: "vt220", LATCHKEY_THEME: "dark" })).toBe(sixteen.dark);
  });
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe("every colour can be read", () => {
  const dark = ["#000000", "#16181d", "#1e1e1e", "#282c34"];
  const light = ["#ffffff", "#fbfbf9", "#fdf6e3"];

  test.each([
    ["dark", dark, 4.4],
    ["light", light, 4.4],
    ["unknown", [...dark, ...light], 3.5],
  ] as const)("of the palette for a %s ground", (name, fixtures, least) => {
    for (const color of Object.values(palettes[name])) {
      for (const fixture of fixtures)
        expect(contrast(color, fixture)).toBeGreaterThanOrEqual(least);
    }
  });
});

test.each([
  ["#000000", 16],
  ["#ffffff", 231],
  ["#ff0000", 196],
  ["#808080", 244],
  ["#5f87af", 67],
])("%s is nearest to colour %i of 256", (hex, index) => {
  expect(nearestOf256(hex)).toBe(index);
});
