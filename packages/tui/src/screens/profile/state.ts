import type { Session } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { type Failure, isSignedOut, mayRecover } from "../../format/failure.ts";
import { exact } from "../../format/time.ts";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, moved } from "../../kit/movement.ts";
import type { Context, Question, Screen, Update, Command } from "../../kit/screen.ts";

/** Header, gap, four facts, gap, heading, column heads, message, hints. */
const OTHER_LINES = 11;

export type ProfileState = {
  readonly kind: "profile";
  /** The newest first; `null` until they were read. */
  readonly sessions: readonly Session[] | null;
  readonly selected: number;
  readonly asked: number;
  readonly loading: "no" | "silently" | "visibly";
  readonly failure: Failure | null;
  readonly behind: boolean;
};

export function openProfile(): Update<ProfileState> {
  return load({
    kind: "profile",
    sessions: null,
    selected: 0,
    asked: 0,
    loading: "no",
    failure: null,
    behind: false,
  });
}

function load(
  state: ProfileState,
  loading: "silently" | "visibly" = "visibly",
): Update<ProfileState> {
  const asked = state.asked + 1;
  return [
    { ...state, asked, loading },
    [{ command: "ask", ask: asked, request: { procedure: "auth.sessions" } }],
  ];
}

export function selectedSession({ sessions, selected }: ProfileState): Session | null {
  return sessions?.[selected] ?? null;
}

export const profile: Screen<ProfileState> = {
  press,
  answer,
  // Sessions begin, and end by hand, by a new password or with the user's disabling.
  concerns: (_, news, { principal }) =>
    news.kind === "event" && news.userId === principal?.userId && !news.type.startsWith("ssh_key."),
  refresh(state) {
    return load(
      { ...state, failure: isSignedOut(state.failure) ? null : state.failure },
      "silently",
    );
  },
  isBehind: ({ behind, loading }) => behind && loading === "no",
  offers: (state, action) => action !== "end" || selectedSession(state) !== null,
};

function press(state: ProfileState, pressed: Press, context: Context): Update<ProfileState> {
  const action = actionFor("profile", pressed);
  if (isMove(action)) {
    const count = state.sessions?.length ?? 0;
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

/** The operator is proven by the machine alone, and may have no password that could be asked for. */
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

function answer(state: ProfileState, given: Reply): Update<ProfileState> {
  if (given.procedure !== "auth.sessions" || given.ask !== state.asked) return [state];
  if (!given.ok) {
    const failure = state.loading === "silently" ? state.failure : given.failure;
    return [{ ...state, loading: "no", failure, behind: mayRecover(given.failure) }];
  }
  const sessions = given.value.items;
  const at = sessions.findIndex(({ id }) => id === selectedSession(state)?.id);
  const selected = at >= 0 ? at : Math.min(state.selected, Math.max(0, sessions.length - 1));
  return [{ ...state, sessions, selected, loading: "no", failure: null, behind: false }];
}

/** How many sessions are seen at once. */
export function visibleSessions(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}
