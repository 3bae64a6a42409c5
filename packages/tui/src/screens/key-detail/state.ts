import type { ApiKey } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { isSignedOut, mayRecover } from "../../format/failure.ts";
import { isKeyAction, refusalOf } from "../../kit/key-action.ts";
import { commandsFor } from "../../kit/key-commands.ts";
import { actionFor } from "../../kit/keymap.ts";
import type { Context, Notice, Screen, Update } from "../../kit/screen.ts";
import { usageHours } from "../../format/usage.ts";
import { isGone, type KeyDetailState } from "./detail.ts";
import { detailLines, detailRows } from "./lines.ts";

export function openKeyDetail(key: ApiKey): Update<KeyDetailState> {
  return load({
    kind: "key-detail",
    key,
    history: null,
    historyFailure: null,
    usage: null,
    failure: null,
    scroll: 0,
    asked: 0,
  });
}

const HISTORY_LIMIT = 50;

function load(state: KeyDetailState): Update<KeyDetailState> {
  const asked = state.asked + 1;
  const { id } = state.key;
  const history = { keyId: id, limit: HISTORY_LIMIT };
  return [
    { ...state, asked },
    [
      { command: "ask", ask: asked, request: { procedure: "keys.get", input: { id } } },
      { command: "ask", ask: asked, request: { procedure: "events.list", input: history } },
      { command: "ask", ask: asked, request: { procedure: "keys.usage", input: { id } } },
    ],
  ];
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
  refresh: (state) =>
    load({ ...state, failure: isSignedOut(state.failure) ? null : state.failure }),
  isBehind: ({ failure, historyFailure }) =>
    [failure, historyFailure].some((failed) => failed !== null && mayRecover(failed)),
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
      return load({ ...state, failure: null });
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

function answer(state: KeyDetailState, given: Reply): Update<KeyDetailState> {
  if (given.ask !== state.asked) return [state];
  if (given.procedure === "keys.get") {
    if (!given.ok) return [{ ...state, failure: given.failure }];
    return [{ ...state, key: given.value, failure: null }];
  }
  if (given.procedure === "events.list") {
    if (!given.ok) return [{ ...state, historyFailure: given.failure }];
    return [{ ...state, history: given.value.items, historyFailure: null }];
  }
  // If it can't be read, what was read before stays, or nothing: the page is complete enough without it.
  if (given.procedure !== "keys.usage" || !given.ok) return [state];
  return [{ ...state, usage: usageHours(given.value) }];
}
