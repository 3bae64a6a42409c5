import type { ApiKey } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Answer } from "../../kit/request.ts";
import { isSignedOut, mayMend } from "../../format/failure.ts";
import { isKeyCommand, refusalOf } from "../../kit/key-command.ts";
import { wishesFor } from "../../kit/key-actions.ts";
import { commandFor } from "../../kit/keymap.ts";
import type { Context, Notice, Screen, Turn } from "../../kit/screen.ts";
import { usageHours } from "../../format/usage.ts";
import { isGone, type KeyDetailState } from "./detail.ts";
import { detailLines, detailRows } from "./lines.ts";

export function openKeyDetail(key: ApiKey): Turn<KeyDetailState> {
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

function load(state: KeyDetailState): Turn<KeyDetailState> {
  const asked = state.asked + 1;
  const { id } = state.key;
  return [
    { ...state, asked },
    [
      { wish: "ask", ask: asked, request: { kind: "get", id } },
      { wish: "ask", ask: asked, request: { kind: "history", keyId: id } },
      { wish: "ask", ask: asked, request: { kind: "usage", keyId: id } },
    ],
  ];
}

export const keyDetail: Screen<KeyDetailState> = {
  offers: (state, command, { now }) => {
    if (command === "copy") return true;
    if (isGone(state)) return command !== "actions" && !isKeyCommand(command);
    return !isKeyCommand(command) || refusalOf(command, state.key, now) === null;
  },
  press,
  answer,
  about: ({ key }) => key,
  keyChanged: (state, key) => (state.key.id === key.id ? { ...state, key } : state),
  refresh: (state) =>
    load({ ...state, failure: isSignedOut(state.failure) ? null : state.failure }),
  isBehind: ({ failure, historyFailure }) =>
    [failure, historyFailure].some((failed) => failed !== null && mayMend(failed)),
};

const GONE: Notice = {
  tone: "error",
  text: "Nothing can be done with it: it was deleted, or isn't yours to see anymore.",
};

function press(state: KeyDetailState, pressed: Press, context: Context): Turn<KeyDetailState> {
  const command = commandFor("key-detail", pressed);
  const screen = detailRows(context.rows);
  const bottom = (): number => Math.max(0, detailLines(state, context).length - screen);
  const to = (scroll: number): Turn<KeyDetailState> => [
    { ...state, scroll: Math.min(bottom(), Math.max(0, scroll)) },
  ];
  switch (command) {
    case "edit":
    case "rotate":
    case "revoke":
    case "delete":
      if (isGone(state)) return [state, [{ wish: "notify", notice: GONE }]];
      return [state, wishesFor(command, state.key, context)];
    case "copy":
      return [state, wishesFor(command, state.key, context)];
    case "actions":
      if (isGone(state)) return [state, [{ wish: "notify", notice: GONE }]];
      return [state, [{ wish: "open", route: { to: "key-actions", key: state.key } }]];
    case "json":
      return [state, [{ wish: "open", route: { to: "json", key: state.key } }]];
    case "help":
      return [state, [{ wish: "open", route: { to: "help", about: "key-detail" } }]];
    case "back":
      return [state, [{ wish: "close" }]];
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

function answer(state: KeyDetailState, given: Answer): Turn<KeyDetailState> {
  if (given.ask !== state.asked) return [state];
  if (given.kind === "get") {
    if (!given.ok) return [{ ...state, failure: given.failure }];
    return [{ ...state, key: given.value, failure: null }];
  }
  if (given.kind === "history") {
    if (!given.ok) return [{ ...state, historyFailure: given.failure }];
    return [{ ...state, history: given.value, historyFailure: null }];
  }
  // Where it can't be read, what was read before stays, or nothing: the page tells enough without it.
  if (given.kind === "usage" && given.ok) return [{ ...state, usage: usageHours(given.value) }];
  return [state];
}
