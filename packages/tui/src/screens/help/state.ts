import { commandFor, helpOf, type KeyContext } from "../../keymap.ts";
import type { Context, Screen } from "../../navigation.ts";

export type HelpState = {
  readonly kind: "help";
  readonly about: KeyContext;
  readonly scroll: number;
};

/** Header, gap, message and hints. */
const OTHER_LINES = 4;
/** From here on the help stands in two columns. */
const TWO_COLUMNS_FROM = 76;

export function openHelp(about: KeyContext): HelpState {
  return { kind: "help", about, scroll: 0 };
}

export function helpColumns(columns: number): number {
  return columns >= TWO_COLUMNS_FROM ? 2 : 1;
}

/** The bindings in lines of one or two, read down the columns. */
export function helpLines(about: KeyContext, columns: number) {
  const bindings = helpOf(about);
  const count = helpColumns(columns);
  const height = Math.ceil(bindings.length / count);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: count }, (_, column) => bindings[column * height + row]).filter(
      (binding) => binding !== undefined,
    ),
  );
}

export function helpRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export const help: Screen<HelpState> = {
  press(state, press, context) {
    switch (commandFor("help", press)) {
      case "up":
        return [scrolled(state, -1, context)];
      case "down":
        return [scrolled(state, 1, context)];
      case "close":
        return [state, [{ wish: "close" }]];
      case null:
        return [state];
    }
  },
};

function scrolled(state: HelpState, by: number, { columns, rows }: Context): HelpState {
  const bottom = Math.max(0, helpLines(state.about, columns).length - helpRows(rows));
  return { ...state, scroll: Math.min(bottom, Math.max(0, state.scroll + by)) };
}
