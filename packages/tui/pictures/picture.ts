import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { isStroke, strokeOf } from "./strokes.ts";
import type { Cell, VirtualTerminal } from "@latchkey/testing/terminal/virtual-terminal";

// A picture of a terminal: its cells as SVG, drawn to PNG with a font that npm brings.

const CELL_WIDTH = 9;
const CELL_HEIGHT = 20;
const FONT_SIZE = 15;
const BASELINE = 15;
const PADDING = 14;
const SCALE = 2;

const fixtures = {
  dark: { layout: "#16181d", ink: "#d8dbe0" },
  light: { layout: "#fbfbf9", ink: "#23262b" },
} as const;

export type Fixture = keyof typeof fixtures;

const palette = [
  ["#000000", "#c0202c", "#1c7a34", "#8f6000", "#1a56c4", "#8a3fa0", "#0f7b83", "#c8ccd2"],
  ["#666c75", "#ef7a76", "#6cc07a", "#d9a84e", "#7fb2ff", "#c792ea", "#7fdbca", "#ffffff"],
].flat();

/** Cells that are drawn as one: letters of one look, or one letter that is repeated. */
type Run = { readonly column: number; readonly look: string; text: string; cells: number };

export function toSvg(terminal: VirtualTerminal, fixture: Fixture): string {
  const { layout, ink } = fixtures[fixture];
  const width = terminal.columns * CELL_WIDTH + 2 * PADDING;
  const height = terminal.rows * CELL_HEIGHT + 2 * PADDING;
  const rows = Array.from({ length: terminal.rows }, (_, row) => {
    const y = PADDING + row * CELL_HEIGHT;
    return runsOf(terminal.cells(row), ink).map((run) => draw(run, y));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`,
    ` font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${FONT_SIZE}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${layout}"/>`,
    ...rows.flat(),
    "</svg>",
    "",
  ].join("\n");
}

export function toPng(svg: string): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: { fontFiles: fontFiles(), loadSystemFonts: true, defaultFontFamily: "DejaVu Sans Mono" },
  });
  return resvg.render().asPng();
}

function runsOf(cells: readonly Cell[], ink: string): Run[] {
  const runs: Run[] = [];
  cells.forEach((cell, column) => {
    const { text, width } = cell;
    if (text === "" || text === " ") return;
    const look = lookOf(cell, ink);
    const last = runs.at(-1);
    const gap = last === undefined ? 0 : column - last.column - last.cells;
    const alike = isStroke(text)
      ? gap === 0 && last?.text === text
      : width === 1 && text.length === 1 && gap <= 1 && !isStroke(last?.text ?? "");
    if (last === undefined || !alike || last.look !== look) {
      runs.push({ column, look, text, cells: width });
    } else {
      if (!isStroke(text)) last.text += " ".repeat(gap) + text;
      last.cells += gap + width;
    }
  });
  return runs;
}

function draw({ column, look, text, cells }: Run, y: number): string {
  const x = PADDING + column * CELL_WIDTH;
  const width = cells * CELL_WIDTH;
  if (isStroke(text)) return strokeOf(text, { x, y, width, height: CELL_HEIGHT }, look);
  // The same columns in any font.
  const place = `x="${x}" y="${y + BASELINE}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  return `<text ${place}${look}>${escapeXml(text)}</text>`;
}

/** As attributes, e.g. ` fill="#d8dbe0" font-weight="bold"`. */
function lookOf({ foreground, bold, dim }: Cell, ink: string): string {
  const color = typeof foreground === "number" ? palette[foreground] : foreground;
  const weight = bold ? ' font-weight="bold"' : "";
  return ` fill="${color ?? ink}"${weight}${dim ? ' opacity="0.55"' : ""}`;
}

function fontFiles(): string[] {
  const root = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json"));
  const files = ["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf"];
  return files.map((file) => join(root, "ttf", file));
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
