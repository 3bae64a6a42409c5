import type { ApiKey } from "@latchkey/client";
import { escape } from "../../format/escape.ts";
import { wrap } from "../../format/width.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Context, Screen } from "../../kit/screen.ts";

export type JsonState = {
  readonly kind: "json";
  readonly key: ApiKey;
  readonly scroll: number;
};

/** Left indent and right margin; header, gap, message and hints. */
const MARGINS = 4;
const OTHER_LINES = 4;

export function openJson(key: ApiKey): JsonState {
  return { kind: "json", key, scroll: 0 };
}

/** The key as on the wire, which contains nothing secret. */
export function jsonLines(key: ApiKey, columns: number): string[] {
  return JSON.stringify(key, null, 2)
    .split("\n")
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      const [first = "", ...more] = wrap(
        escape(line.trimStart()),
        columns - MARGINS - indent.length,
      );
      return [indent + first, ...more.map((part) => `${indent}${part}`)];
    });
}

export function jsonRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export const json: Screen<JsonState> = {
  about: ({ key }) => key,
  offers: ({ key }, action, { columns, rows }) =>
    action !== "down" || jsonLines(key, columns).length > jsonRows(rows),
  press(state, press, context) {
    const screen = jsonRows(context.rows);
    switch (actionFor("json", press)) {
      case "up":
        return [scrolled(state, state.scroll - 1, context)];
      case "down":
        return [scrolled(state, state.scroll + 1, context)];
      case "screen-up":
        return [scrolled(state, state.scroll - screen, context)];
      case "screen-down":
        return [scrolled(state, state.scroll + screen, context)];
      case "first":
        return [scrolled(state, 0, context)];
      case "last":
        return [scrolled(state, Number.MAX_SAFE_INTEGER, context)];
      case "back":
        return [state, [{ command: "close" }]];
      case "help":
        return [state, [{ command: "open", route: { to: "help", about: "json" } }]];
      case null:
        return [state];
    }
  },
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
};

function scrolled(state: JsonState, scroll: number, { columns, rows }: Context): JsonState {
  const bottom = Math.max(0, jsonLines(state.key, columns).length - jsonRows(rows));
  return { ...state, scroll: Math.min(bottom, Math.max(0, scroll)) };
}
