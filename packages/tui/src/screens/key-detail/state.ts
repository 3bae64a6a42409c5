import type { ApiKey } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { isKeyAction, refusalOf } from "../../kit/key-action.ts";
import { commandsFor } from "../../kit/key-commands.ts";
import { actionFor } from "../../kit/keymap.ts";
import { answered, asking, isBehind, unread } from "../../kit/remote.ts";
import type { Context, Notice, Screen, Update } from "../../kit/screen.ts";
import { usageHours } from "../../format/usage.ts";
import { isGone, type KeyDetailState } from "./detail.ts";
import { detailLines, detailRows } from "./lines.ts";

export function openKeyDetail(key: ApiKey): Update<KeyDetailState> {
  const nothing = { read: unread, history: unread, usage: unread };
  return load({ kind: "key-detail", key, ...nothing, scroll: 0 });
}

const HISTORY_LIMIT = 50;

function load(state: KeyDetailState): Update<KeyDetailState> {
  const input = { id: state.key.id };
  const events = { keyId: state.key.id, limit: HISTORY_LIMIT };
  const [read, askKey] = asking(state.read, { procedure: "keys.get", input });
  const [history, askHistory] = asking(state.history, { procedure: "events.list", input: events });
  const [usage, askUsage] = asking(state.usage, { procedure: "keys.usage", input });
  return [{ ...state, read, history, usage }, [askKey, askHistory, askUsage]];
}

export const keyDetail: Screen<KeyDetailState> = {
  offers: (state, action, { now }) => {
    if (action === "copy") return true;
    if (isGone(state)) return action !== "actions" && !isKeyAction(action);
    return !isKeyAction(action) || refusalOf(action, state.key, now) === null;
  },
  press,
  answer,
  about: ({ key }) => key,
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
  refresh: load,
  isBehind: ({ read, history }) => isBehind(read) || isBehind(history),
};

const GONE: Notice = {
  tone: "error",
  text: "Nothing can be done with it: it was deleted, or isn't yours to see anymore.",
};

function press(state: KeyDetailState, pressed: Press, context: Context): Update<KeyDetailState> {
  const action = actionFor("key-detail", pressed);
  const screen = detailRows(context.rows);
  const bottom = (): number => Math.max(0, detailLines(state, context).length - screen);
  const to = (scroll: number): Update<KeyDetailState> => [
    { ...state, scroll: Math.min(bottom(), Math.max(0, scroll)) },
  ];
  switch (action) {
    case "edit":
    case "rotate":
    case "revoke":
    case "delete":
      if (isGone(state)) return [state, [{ command: "notify", notice: GONE }]];
      return [state, commandsFor(action, state.key, context)];
    case "copy":
      return [state, commandsFor(action, state.key, context)];
    case "actions":
      if (isGone(state)) return [state, [{ command: "notify", notice: GONE }]];
      return [state, [{ command: "open", route: { to: "key-actions", key: state.key } }]];
    case "json":
      return [state, [{ command: "open", route: { to: "json", key: state.key } }]];
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "key-detail" } }]];
    case "back":
      return [state, [{ command: "close" }]];
    case "refresh":
      return load(state);
    case "up":
      return to(state.scroll - 1);
    case "down":
      return to(state.scroll + 1);
    case "screen-up":
      return to(state.scroll - screen);
    case "screen-down":
      return to(state.scroll + screen);
    case "first":
      return to(0);
    case "last":
      return to(bottom());
    case null:
      return [state];
  }
}

function answer(state: KeyDetailState, reply: Reply): Update<KeyDetailState> {
  switch (reply.procedure) {
    case "keys.get": {
      const read = answered(state.read, reply, (key) => key);
      if (read === state.read) return [state];
      return [{ ...state, read, key: read.phase === "ready" ? read.known : state.key }];
    }
    case "events.list":
      return [{ ...state, history: answered(state.history, reply, ({ items }) => items) }];
    // If it can't be read, what was read before stays, or nothing: the page is complete enough without it.
    case "keys.usage":
      return [{ ...state, usage: answered(state.usage, reply, usageHours) }];
    default:
      return [state];
  }
}
