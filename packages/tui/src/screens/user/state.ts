import type { User } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, scrolledTo } from "../../kit/movement.ts";
import { answered, asking, isBehind, unread } from "../../kit/remote.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { offersForUser, toggleWord, userCommands } from "../../kit/user-action.ts";
import type { UserState } from "./about.ts";
import { userLines, userRows } from "./lines.ts";

const EVENTS_SHOWN = 20;

export function openUser(user: User): Update<UserState> {
  const nothing = { read: unread, sshKeys: unread, events: unread };
  return load({ kind: "user", user, ...nothing, scroll: 0 });
}

function load(state: UserState): Update<UserState> {
  const { id } = state.user;
  const input = { actorId: id, limit: EVENTS_SHOWN };
  const keys = { procedure: "sshKeys.list", input: { userId: id } } as const;
  const [sshKeys, askKeys] = asking(state.sshKeys, keys);
  const [events, askEvents] = asking(state.events, { procedure: "events.list", input });
  const [read, askUsers] = asking(state.read, { procedure: "users.list" });
  return [{ ...state, read, sshKeys, events }, [askKeys, askEvents, askUsers]];
}

export const user: Screen<UserState> = {
  press,
  answer,
  userChanged: (state, changed) =>
    changed.id === state.user.id ? { ...state, user: changed } : state,
  concerns: ({ user: { id } }, news) =>
    news.kind === "event" && (news.userId === id || news.actor.userId === id),
  refresh: load,
  isBehind: ({ read, sshKeys, events }) => [read, sshKeys, events].some(isBehind),
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
      return load(state);
    case "back":
      return [state, [{ command: "close" }]];
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "user" } }]];
    case null:
      return [state];
  }
}

function answer(state: UserState, reply: Reply): Update<UserState> {
  switch (reply.procedure) {
    case "sshKeys.list":
      return [{ ...state, sshKeys: answered(state.sshKeys, reply, ({ items }) => items) }];
    case "events.list":
      return [{ ...state, events: answered(state.events, reply, ({ items }) => items) }];
    case "users.list": {
      const read = answered(state.read, reply, ({ items }) => items);
      if (read === state.read) return [state];
      const found = read.phase === "ready" && read.known.find(({ id }) => id === state.user.id);
      return [{ ...state, read, user: found || state.user }];
    }
    default:
      return [state];
  }
}
