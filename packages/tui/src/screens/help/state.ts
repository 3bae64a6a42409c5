import { actionFor, helpOf, type KeyContext } from "../../kit/keymap.ts";
import { isMove, scrolledTo } from "../../kit/movement.ts";
import type { Screen } from "../../kit/screen.ts";
import { width } from "../../format/width.ts";

export type HelpState = {
  readonly kind: "help";
  readonly about: KeyContext;
  readonly scroll: number;
};

/** Header, gap, message and hints. */
const OTHER_LINES = 4;
/** Left indent and right margin of every page. */
const MARGINS = 4;
/** Between keys and what they do, and between that and the next column. */
const GAP = 2;

export function openHelp(about: KeyContext): HelpState {
  return { kind: "help", about, scroll: 0 };
}

type HelpColumn = {
  readonly bindings: ReturnType<typeof helpOf>;
  /** Of the keys, and of the whole column, with the gaps after them. */
  readonly keyCells: number;
  readonly cells: number;
};

/** The bindings in two columns that are read downwards; in one, if two would cut a word. */
export function helpColumns(about: KeyContext, columns: number): readonly HelpColumn[] {
  const bindings = helpOf(about);
  const half = Math.ceil(bindings.length / 2);
  const two = [bindings.slice(0, half), bindings.slice(half)].map(columnOf);
  const room = columns - MARGINS;
  const needed = two.reduce((sum, { cells }) => sum + cells, -GAP);
  if (needed > room) return [columnOf(bindings)];
  // The second one starts in the middle, if the first leaves room.
  return two.map((column) => ({ ...column, cells: Math.max(column.cells, Math.floor(room / 2)) }));
}

function columnOf(bindings: HelpColumn["bindings"]): HelpColumn {
  const keyCells = Math.max(...bindings.map(({ keys }) => width(keys))) + GAP;
  const cells = keyCells + Math.max(...bindings.map((binding) => width(binding.help))) + GAP;
  return { bindings, keyCells, cells };
}

function helpHeight(about: KeyContext, columns: number): number {
  return helpColumns(about, columns)[0]?.bindings.length ?? 0;
}

export function helpRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export const help: Screen<HelpState> = {
  offers: ({ about }, action, { columns, rows }) =>
    action !== "down" || helpHeight(about, columns) > helpRows(rows),
  press(state, press, { columns, rows }) {
    const action = actionFor("help", press);
    if (!isMove(action)) return action === null ? [state] : [state, [{ command: "close" }]];
    const height = helpHeight(state.about, columns);
    return [{ ...state, scroll: scrolledTo(state.scroll, action, height, helpRows(rows)) }];
  },
};
