import type { EventItem } from "@latchkey/server/client";
import { commandFor } from "../../keymap.ts";
import type { Context, Screen, Turn } from "../../navigation.ts";
import { askForKey, keyAnswered } from "../audit/open-key.ts";
import { eventLines, eventRows } from "./lines.ts";

/** One event, and its neighbours on the page it was opened from. */
export type EventState = {
  readonly kind: "event";
  readonly events: readonly EventItem[];
  readonly at: number;
  readonly scroll: number;
  readonly keyAsked: number;
};

export function openEvent(events: readonly EventItem[], at: number): EventState {
  return { kind: "event", events, at, scroll: 0, keyAsked: 0 };
}

export function eventIn({ events, at }: EventState): EventItem | null {
  return events[at] ?? null;
}

export const event: Screen<EventState> = {
  press(state, press, context) {
    const screen = eventRows(context.rows);
    switch (commandFor("event", press)) {
      case "key":
        return askForKey(state, eventIn(state));
      case "older":
        return [neighbour(state, 1)];
      case "newer":
        return [neighbour(state, -1)];
      case "up":
        return scrolled(state, state.scroll - 1, context);
      case "down":
        return scrolled(state, state.scroll + 1, context);
      case "screen-up":
        return scrolled(state, state.scroll - screen, context);
      case "screen-down":
        return scrolled(state, state.scroll + screen, context);
      case "first":
        return scrolled(state, 0, context);
      case "last":
        return scrolled(state, Number.MAX_SAFE_INTEGER, context);
      case "back":
        return [state, [{ wish: "close" }]];
      case "help":
        return [state, [{ wish: "open", route: { to: "help", about: "event" } }]];
      case null:
        return [state];
    }
  },
  answer: (state, given) => (given.kind === "get" ? keyAnswered(state, given) : [state]),
};

function neighbour(state: EventState, by: number): EventState {
  const at = Math.min(state.events.length - 1, Math.max(0, state.at + by));
  return at === state.at ? state : { ...state, at, scroll: 0 };
}

function scrolled(state: EventState, scroll: number, context: Context): Turn<EventState> {
  const shown = eventIn(state);
  const lines = shown === null ? 0 : eventLines(shown, context).length;
  const bottom = Math.max(0, lines - eventRows(context.rows));
  return [{ ...state, scroll: Math.min(bottom, Math.max(0, scroll)) }];
}
