import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { DEMONSTRATION_TOKEN } from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { scenes } from "../pictures/scenes.ts";
import { frameOf, play } from "../pictures/stage.tsx";
import { drawn, type VirtualTerminal } from "@latchkey/testing/terminal/virtual-terminal";
import { placement } from "../src/app/layers.ts";
import type { State } from "../src/app/state.ts";
import { disguise, OBEYED } from "./odd-text.ts";

// Every screen and dialog at every size, as text in `scenes`. After a change that is meant, look at the
// pictures that `npm run pictures -- FOLDER` makes of them, and write the texts anew with -u.

vi.hoisted(() => {
  process.env["TZ"] = "Europe/Berlin";
});

type Size = (typeof SIZES)[number];
const [narrow, usual, , wide] = SIZES;

type Drawn = { readonly frame: string; readonly terminal: VirtualTerminal };

async function draw(state: State, [columns, rows]: Size, look = "dark"): Promise<Drawn> {
  const frame = frameOf(state, { columns, rows, look });
  return { frame, terminal: await drawn(frame, { columns, rows }) };
}

const kinds = new Set<string>();

describe.each(scenes)("$name", (scene) => {
  let state: State;
  beforeAll(async () => {
    state = await play(scene);
    for (const kind of kindsIn(state)) kinds.add(kind);
  });

  test("stands as it was looked at", async () => {
    const pages: string[] = [];
    for (const size of SIZES) {
      const { terminal } = await draw(state, size);
      const ruler = `═══ ${size.join("×")} `.padEnd(size[0], "═");
      pages.push([ruler, ...terminal.lines(), ""].join("\n"));
    }
    const text = pages.join("\n");
    expect(text).not.toContain(DEMONSTRATION_TOKEN);
    await expect(text).toMatchFileSnapshot(`scenes/${scene.name}.txt`);
  });

  test("says the same without colours, and with the terminal's own", async () => {
    const [colored, ansi, mono] = await Promise.all(
      ["dark", "ansi", "mono"].map((look) => draw(state, usual, look)),
    );
    expect(ansi?.terminal.lines()).toEqual(colored?.terminal.lines());
    expect(mono?.terminal.lines()).toEqual(colored?.terminal.lines());
    // Neither black nor white nor grey: one of them is the ground. And none of the bright ones.
    for (const color of colorsOf(ansi)) expect([1, 2, 3, 4, 5, 6]).toContain(color);
    expect(colorsOf(mono)).toEqual(new Set());
  });

  test("holds together around titles, emails and labels of all kinds", async () => {
    const odd = await play(scene, disguise);
    // What was typed led to the same place, though the words that tell of it were not waited for.
    expect(kindsIn(odd)).toEqual(kindsIn(state));
    for (const size of [narrow, wide]) {
      const { frame, terminal } = await draw(odd, size);
      for (const sequence of OBEYED) expect(frame).not.toContain(sequence);
      // Where a letter is wider in the terminal than it was taken for, lines wrap and move.
      const lines = frame.split("\n").map((line) => stripVTControlCharacters(line).trimEnd());
      expect(terminal.lines()).toEqual(lines);
      expect(brokenBorders(terminal)).toEqual([]);
    }
  });
});

test("there is a scene of every screen and dialog", () => {
  expect([...kinds].sort()).toEqual(Object.keys(placement).sort());
});

function kindsIn({ layers }: State): string[] {
  return layers.map(({ state: { kind } }) => kind);
}

const cellsOf = ({ rows, cells }: VirtualTerminal) =>
  Array.from({ length: rows }, (_, row) => cells(row));

function colorsOf(picture: Drawn | undefined): Set<unknown> {
  const cells = picture === undefined ? [] : cellsOf(picture.terminal).flat();
  const colors = cells.flatMap(({ foreground, background }) => [foreground, background]);
  return new Set(colors.filter((color) => color !== null));
}

/** Rows of boxes without both of their sides where the corners are. */
function brokenBorders(terminal: VirtualTerminal): string[] {
  const grid = cellsOf(terminal).map((cells) => cells.map(({ text }) => text));
  return grid.flatMap((cells, top) => {
    const left = cells.indexOf("╭");
    if (left < 0) return [];
    const right = cells.indexOf("╮");
    const height = grid.slice(top).findIndex((below) => below[left] === "╰");
    const box = height < 0 ? [[]] : grid.slice(top, top + height + 1);
    const isWhole = (row: readonly string[]): boolean =>
      "╭│╰".includes(row[left] ?? "?") && "╮│╯".includes(row[right] ?? "?");
    return box.filter((row) => !isWhole(row)).map((row) => row.join(""));
  });
}
