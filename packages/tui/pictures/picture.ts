import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import type { Cell, VirtualTerminal } from "./virtual-terminal.ts";

// A picture of a terminal: its cells as SVG, drawn to PNG with a font that npm brings.

const CELL_WIDTH = 9;
const CELL_HEIGHT = 20;
const FONT_SIZE = 15;
const BASELINE = 15;
const PADDING = 14;
const SCALE = 2;

const grounds = {
  dark: { paper: "#16181d", ink: "#d8dbe0" },
  light: { paper: "#fbfbf9", ink: "#23262b" },
} as const;

export type Ground = keyof typeof grounds;

const palette = [
  ["#000000", "#c0202c", "#1c7a34", "#8f6000", "#1a56c4", "#8a3fa0", "#0f7b83", "#c8ccd2"],
  ["#666c75", "#ef7a76", "#6cc07a", "#d9a84e", "#7fb2ff", "#c792ea", "#7fdbca", "#ffffff"],
].flat();

export function toSvg(terminal: VirtualTerminal, ground: Ground): string {
  const { paper, ink } = grounds[ground];
  const width = terminal.columns * CELL_WIDTH + 2 * PADDING;
  const height = terminal.rows * CELL_HEIGHT + 2 * PADDING;
  const marks: string[] = [];
  for (let row = 0; row < terminal.rows; row += 1) {
    terminal.cells(row).forEach((cell, column) => {
      marks.push(...draw(cell, column, row, ink, paper));
    });
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans Mono" font-size="${FONT_SIZE}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    ...marks,
    "</svg>",
  ].join("\n");
}

export function toPng(svg: string): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: { fontFiles: fontFiles(), loadSystemFonts: true, defaultFontFamily: "DejaVu Sans Mono" },
  });
  return resvg.render().asPng();
}

function draw(cell: Cell, column: number, row: number, ink: string, paper: string): string[] {
  const x = PADDING + column * CELL_WIDTH;
  const y = PADDING + row * CELL_HEIGHT;
  const own = resolve(cell.foreground) ?? ink;
  const behind = resolve(cell.background);
  const color = cell.inverse ? (behind ?? paper) : own;
  const ground = cell.inverse ? own : behind;
  const marks: string[] = [];
  if (ground !== null) {
    const width = CELL_WIDTH * Math.max(1, cell.width);
    marks.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${CELL_HEIGHT}" fill="${ground}"/>`,
    );
  }
  if (cell.text !== "" && cell.text !== " ") {
    const weight = cell.bold ? ' font-weight="bold"' : "";
    const opacity = cell.dim ? ' opacity="0.55"' : "";
    marks.push(
      `<text x="${x}" y="${y + BASELINE}" fill="${color}"${weight}${opacity}>${escapeXml(cell.text)}</text>`,
    );
  }
  return marks;
}

function resolve(color: string | number | null): string | null {
  if (typeof color === "number") return palette[color] ?? "#888888";
  return color;
}

function fontFiles(): string[] {
  const root = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json"));
  const files = ["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSans.ttf"];
  return files.map((file) => {
    const path = join(root, "ttf", file);
    readFileSync(path);
    return path;
  });
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
