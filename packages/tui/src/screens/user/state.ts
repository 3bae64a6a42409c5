import type { User } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { isSignedOut, mayRecover } from "../../format/failure.ts";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, scrolledTo } from "../../kit/movement.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { offersForUser, toggleWord, userCommands } from "../../kit/user-action.ts";
import type { UserState } from "./about.ts";
import { userLines, userRows } from "./lines.ts";

const EVENTS_SHOWN = 20;

export function openUser(user: User): Update<UserState> {
  const nothing = { sshKeys: null, events: null, failure: null, scroll: 0, asked: 0 };
  return load({ kind: "user", user, ...nothing });
}

function load(state: UserState): Update<UserState> {
  const asked = state.asked + 1;
  const { id } = state.user;
  const input = { actorId: id, limit: EVENTS_SHOWN };
  return [
    { ...state, asked },
    [
      { command: "ask", ask: asked, request: { procedure: "sshKeys.list", input: { userId: id } } },
      { command: "ask", ask: asked, request: { procedure: "events.list", input } },
      { command: "ask", ask: asked, request: { procedure: "users.list" } },
    ],
  ];
}

export const user: Screen<UserState> = {
  press,
  answer,
  userChanged: (state, changed) =>
    changed.id === state.user.id ? { ...state, user: changed } : state,
  concerns: ({ user: { id } }, news) =>
    news.kind === "event" && (news.userId === id || news.actor.userId === id),
  refresh: (state) =>
    load({ ...state, failure: isSignedOut(state.failure) ? null : state.failure }),
  isBehind: ({ failure }) => failure !== null && mayRecover(failure),
  offers: (state, action) => offersForUser(action, state.user),
  wordFor: (state, action) => (action === "toggle" ? toggleWord(state.user) : null),
};

function press(state: UserState, pressed: Press, context: Context): Update<UserState> {
  const action = actionFor("user", pressed);
  if (isMove(action)) {
    const lines = userLines(state, context).length;
    const scroll = scrolledTo(state.scroll, action, lines, userRows(context.rows));
    return [{ ...state, scroll }];
  }
  switch (action) {
    case "role":
    case "toggle":
    case "password":
    case "ssh-keys":
    case "keys":
      return [state, userCommands(action, state.user, context)];
    case "refresh":
      return load({ ...state, failure: null });
    case "back":
      return [state, [{ command: "close" }]];
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "user" } }]];
    case null:
      return [state];
  }
}

function answer(state: UserState, given: Reply): Update<UserState> {
  if (given.ask !== state.asked) return [state];
  switch (given.procedure) {
    case "sshKeys.list":
      if (!given.ok) break;
      return [{ ...state, sshKeys: given.value.items, failure: null }];
    case "events.list":
      if (!given.ok) break;
      return [{ ...state, events: given.value.items, failure: null }];
    case "users.list": {
      if (!given.ok) break;
      const user = given.value.items.find(({ id }) => id === state.user.id) ?? state.user;
      return [{ ...state, user, failure: null }];
    }
    default:
      return [state];
  }
  return [{ ...state, failure: given.failure }];
}
