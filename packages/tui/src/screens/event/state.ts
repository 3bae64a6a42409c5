import type { EventItem } from "@latchkey/client";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, type Move, scrolledTo } from "../../kit/movement.ts";
import type { Context, Screen } from "../../kit/screen.ts";
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
    const action = actionFor("event", press);
    if (isMove(action)) return [scrolled(state, action, context)];
    switch (action) {
      case "key":
        return askForKey(state, eventIn(state));
      case "older":
        return [neighbour(state, 1)];
      case "newer":
        return [neighbour(state, -1)];
      case "back":
        return [state, [{ command: "close" }]];
      case "help":
        return [state, [{ command: "open", route: { to: "help", about: "event" } }]];
      case null:
        return [state];
    }
  },
  offers: (state, action) => action !== "key" || eventIn(state)?.keyId != null,
  answer: (state, given) => (given.procedure === "keys.get" ? keyAnswered(state, given) : [state]),
};

function neighbour(state: EventState, by: number): EventState {
  const at = Math.min(state.events.length - 1, Math.max(0, state.at + by));
  return at === state.at ? state : { ...state, at, scroll: 0 };
}

function scrolled(state: EventState, move: Move, context: Context): EventState {
  const shown = eventIn(state);
  const lines = shown === null ? 0 : eventLines(shown, context).length;
  return { ...state, scroll: scrolledTo(state.scroll, move, lines, eventRows(context.rows)) };
}
