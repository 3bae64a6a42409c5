import type { User } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { type Failure, isSignedOut, mayRecover } from "../../format/failure.ts";
import { actionFor } from "../../kit/keymap.ts";
import { isMove, moved } from "../../kit/movement.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { offersForUser, toggleWord, userCommands } from "../../kit/user-action.ts";
import { visibleUsers } from "./layout.ts";

export type UsersState = {
  readonly kind: "users";
  /** Everybody, by email; `null` until they were read. */
  readonly users: readonly User[] | null;
  readonly search: TextField;
  readonly searching: boolean;
  readonly selected: number;
  readonly asked: number;
  readonly loading: "no" | "silently" | "visibly";
  readonly failure: Failure | null;
  readonly behind: boolean;
};

export function openUsers(): Update<UsersState> {
  return load({
    kind: "users",
    users: null,
    search: textField(),
    searching: false,
    selected: 0,
    asked: 0,
    loading: "no",
    failure: null,
    behind: false,
  });
}

/** Those whose email or name has what is searched for. */
export function foundUsers({ users, search }: UsersState): readonly User[] {
  const wanted = search.text.trim().toLowerCase();
  return (users ?? []).filter(({ email, name }) =>
    [email, name].some((text) => text.toLowerCase().includes(wanted)),
  );
}

export function selectedUser(state: UsersState): User | null {
  return foundUsers(state)[state.selected] ?? null;
}

function load(state: UsersState, loading: "silently" | "visibly" = "visibly"): Update<UsersState> {
  const asked = state.asked + 1;
  return [
    { ...state, asked, loading },
    [{ command: "ask", ask: asked, request: { procedure: "users.list" } }],
  ];
}

export const users: Screen<UsersState> = {
  press: (state, pressed, context) =>
    state.searching ? pressSearch(state, pressed) : press(state, pressed, context),
  answer,
  userChanged(state, user) {
    if (state.users === null) return state;
    const others = state.users.filter(({ id }) => id !== user.id);
    const byEmail = [...others, user].sort((a, b) => (a.email < b.email ? -1 : 1));
    return stayOn(state, { ...state, users: byEmail });
  },
  concerns: (_, { type }) => type.startsWith("user."),
  refresh(state) {
    return load(
      { ...state, failure: isSignedOut(state.failure) ? null : state.failure },
      "silently",
    );
  },
  isBehind: ({ behind, loading }) => behind && loading === "no",
  offers(state, action) {
    const user = selectedUser(state);
    if (action === "search") return (state.users?.length ?? 0) > 1;
    if (!forOne.includes(action)) return true;
    return user !== null && offersForUser(action, user);
  },
  wordFor(state, action) {
    const user = selectedUser(state);
    return action === "toggle" && user !== null ? toggleWord(user) : null;
  },
};

const forOne: readonly string[] = ["open", "role", "toggle", "password", "ssh-keys", "keys"];

function pressSearch(state: UsersState, press: Press): Update<UsersState> {
  if (press.name !== "enter") {
    const search = editText(state.search, press);
    if (search !== null) return [stayOn(state, { ...state, search })];
  }
  switch (actionFor("search", press)) {
    case "done":
      return [{ ...state, searching: false }];
    case "clear":
      return [stayOn(state, { ...state, searching: false, search: textField() })];
    case null:
      return [state];
  }
}

function press(state: UsersState, pressed: Press, context: Context): Update<UsersState> {
  const action = actionFor("users", pressed);
  const user = selectedUser(state);
  if (isMove(action)) {
    const count = foundUsers(state).length;
    return [
      { ...state, selected: moved(state.selected, action, count, visibleUsers(context.rows)) },
    ];
  }
  switch (action) {
    case "new":
      return [state, [{ command: "open", route: { to: "add-user" } }]];
    case "open":
      return user === null ? [state] : [state, [{ command: "open", route: { to: "user", user } }]];
    case "role":
    case "toggle":
    case "password":
    case "ssh-keys":
    case "keys":
      return user === null ? [state] : [state, userCommands(action, user, context)];
    case "search":
      return [{ ...state, searching: true }];
    case "clear":
      return [stayOn(state, { ...state, search: textField() })];
    case "refresh":
      return load(state);
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "users" } }]];
    case "quit":
      return [state, [{ command: "quit" }]];
    case null:
      return [state];
  }
}

function answer(state: UsersState, given: Reply): Update<UsersState> {
  if (given.procedure !== "users.list" || given.ask !== state.asked) return [state];
  if (!given.ok) {
    const failure = state.loading === "silently" ? state.failure : given.failure;
    return [{ ...state, loading: "no", failure, behind: mayRecover(given.failure) }];
  }
  const read = {
    ...state,
    users: given.value.items,
    loading: "no",
    failure: null,
    behind: false,
  } as const;
  return [stayOn(state, read)];
}

/** The cursor stays on its user, where they are still there. */
function stayOn(before: UsersState, after: UsersState): UsersState {
  const user = selectedUser(before);
  const found = foundUsers(after);
  const at = found.findIndex(({ id }) => id === user?.id);
  const selected = at >= 0 ? at : Math.min(before.selected, Math.max(0, found.length - 1));
  return { ...after, selected };
}
