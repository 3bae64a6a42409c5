import { expect } from "vitest";
import type { Terminal } from "@latchkey/testing/terminal/pseudo-terminal";

// Frames and columns on the screen, by the emulator's own cells: whatever stands in them, they are straight.

/** Waits until a dialog with such a title is drawn, its frame whole. */
export async function showsDialog(shown: Terminal, title: string): Promise<void> {
  await expect.poll(() => dialogFlaws(shown, title), { timeout: 30_000 }).toEqual([]);
}

/** Waits until a drawer hangs beside the page, over the whole height; in a narrow window it is all there is. */
export async function showsDrawer(shown: Terminal, title: string): Promise<void> {
  await expect.poll(() => drawerFlaws(shown, title), { timeout: 30_000 }).toEqual([]);
}

/** Waits until a sign that stands in several rows has one column, whatever stands before it. */
export async function showsColumn(shown: Terminal, sign: string): Promise<void> {
  const columns = () =>
    shown.cells().flatMap((row) => (row.includes(sign) ? row.indexOf(sign) : []));
  await expect
    .poll(() => [new Set(columns()).size, columns().length > 1], { timeout: 30_000 })
    .toEqual([1, true]);
}

function dialogFlaws(shown: Terminal, title: string): string[] {
  const cells = shown.cells();
  const top = cells.findIndex((row) => row.join("").includes(`╭─ ${title}`));
  const bottom = cells.findIndex((row, index) => index > top && row.includes("╰"));
  if (top < 0 || bottom < 0) return [`no frame of ${title}:`, ...shown.rows()];
  const left = cells[top]?.indexOf("╭") ?? -1;
  const right = cells[top]?.lastIndexOf("╮") ?? -1;
  return shown.rows().flatMap((text, row) => {
    if (row < top || row > bottom) return [];
    const corners = row === top ? "╭╮" : row === bottom ? "╰╯" : "││";
    const ends = `${cells[row]?.[left]}${cells[row]?.[right]}`;
    return ends === corners ? [] : [`row ${row} has ${ends} for ${corners}: ${text}`];
  });
}

function drawerFlaws(shown: Terminal, title: string): string[] {
  const cells = shown.cells();
  const [first = []] = cells;
  if (!first.join("").includes(title)) return [`no drawer of ${title}:`, ...shown.rows()];
  if (first.length < 80) return [];
  const edge = first.lastIndexOf("│");
  return shown
    .rows()
    .filter((_, row) => edge < 0 || cells[row]?.[edge] !== "│")
    .map((text) => `no edge: ${text}`);
}
