import type { Session } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { exact } from "../../format/time.ts";
import { actionFor } from "../../kit/keymap.ts";
import { stayOn } from "../../kit/list.ts";
import { isMove, moved } from "../../kit/movement.ts";
import { answered, asking, isBehind, type Remote, unread } from "../../kit/remote.ts";
import type { Context, Question, Screen, Update, Command } from "../../kit/screen.ts";

/** Header, gap, four facts, gap, heading, column heads, message, hints. */
const OTHER_LINES = 11;

export type ProfileState = {
  readonly kind: "profile";
  /** The newest first. */
  readonly sessions: Remote<readonly Session[]>;
  readonly selected: number;
};

export function openProfile(): Update<ProfileState> {
  return load({ kind: "profile", sessions: unread, selected: 0 });
}

function load(state: ProfileState, how?: "silently"): Update<ProfileState> {
  const [sessions, ask] = asking(state.sessions, { procedure: "auth.sessions" }, how);
  return [{ ...state, sessions }, [ask]];
}

export function selectedSession({ sessions, selected }: ProfileState): Session | null {
  return sessions.known?.[selected] ?? null;
}

export const profile: Screen<ProfileState> = {
  press,
  answer,
  // Sessions are started, and ended explicitly, by a new password or by disabling the user.
  concerns: (_, news, { principal }) =>
    news.kind === "event" && news.userId === principal?.userId && !news.type.startsWith("ssh_key."),
  refresh: (state) => load(state, "silently"),
  isBehind: ({ sessions }) => isBehind(sessions),
  offers: (state, action) => action !== "end" || selectedSession(state) !== null,
};

function press(state: ProfileState, pressed: Press, context: Context): Update<ProfileState> {
  const action = actionFor("profile", pressed);
  if (isMove(action)) {
    const count = state.sessions.known?.length ?? 0;
    const screen = visibleSessions(context.rows);
    return [{ ...state, selected: moved(state.selected, action, count, screen) }];
  }
  switch (action) {
    case "password":
      return [state, changePassword(context)];
    case "ssh-keys":
      return [state, ownSshKeys(context)];
    case "end": {
      const session = selectedSession(state);
      if (session === null) return [state];
      const route = { to: "question", question: ending(session) } as const;
      return [state, [{ command: "open", route }]];
    }
    case "refresh":
      return load(state);
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "profile" } }]];
    case "quit":
      return [state, [{ command: "quit" }]];
    case null:
      return [state];
  }
}

/** The operator is proven by the machine alone, and may have no password. */
function changePassword({ principal }: Context): readonly Command[] {
  if (principal === null) return [];
  const { kind, userId: id, email } = principal;
  const whose =
    kind === "operator" ? ({ own: false, id, email } as const) : ({ own: true, email } as const);
  return [{ command: "open", route: { to: "set-password", whose } }];
}

function ownSshKeys({ principal }: Context): readonly Command[] {
  if (principal === null) return [];
  const { userId: id, email } = principal;
  return [{ command: "open", route: { to: "ssh-keys", whose: { id, email, own: true } } }];
}

function ending({ id, createdAt, current }: Session): Question {
  const began = exact(new Date(createdAt));
  return {
    title: current ? "Sign out here?" : "End this session?",
    text: current
      ? "This is the session you are in. You will have to sign in again."
      : `Whoever uses the session of ${began} will have to sign in again.`,
    action: current ? "Sign out" : "End session",
    danger: true,
    working: "Ending…",
    request: { procedure: "auth.endSession", input: { id } },
    done: current ? "Signed out." : "The session has ended.",
  };
}

function answer(state: ProfileState, reply: Reply): Update<ProfileState> {
  if (reply.procedure !== "auth.sessions") return [state];
  const sessions = answered(state.sessions, reply, ({ items }) => items);
  const [before, after] = [state.sessions.known ?? [], sessions.known ?? []];
  return [{ ...state, sessions, selected: stayOn(state.selected, before, after, ({ id }) => id) }];
}

/** How many sessions are seen at once. */
export function visibleSessions(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}
