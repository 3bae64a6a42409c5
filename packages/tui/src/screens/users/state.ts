import type { User } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import { editText, type TextField, textField } from "../../kit/text-field.ts";
import { actionFor } from "../../kit/keymap.ts";
import { stayOn } from "../../kit/list.ts";
import { isMove, moved } from "../../kit/movement.ts";
import { answered, asking, isBehind, type Remote, unread, withKnown } from "../../kit/remote.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { offersForUser, toggleWord, userCommands } from "../../kit/user-action.ts";
import { visibleUsers } from "./layout.ts";

export type UsersState = {
  readonly kind: "users";
  /** Everybody, by email. */
  readonly users: Remote<readonly User[]>;
  readonly search: TextField;
  readonly searching: boolean;
  readonly selected: number;
};

export function openUsers(): Update<UsersState> {
  return load({
    kind: "users",
    users: unread,
    search: textField(),
    searching: false,
    selected: 0,
  });
}

/** Those whose email or name matches the search. */
export function foundUsers({ users, search }: UsersState): readonly User[] {
  const wanted = search.text.trim().toLowerCase();
  return (users.known ?? []).filter(({ email, name }) =>
    [email, name].some((text) => text.toLowerCase().includes(wanted)),
  );
}

export function selectedUser(state: UsersState): User | null {
  return foundUsers(state)[state.selected] ?? null;
}

function load(state: UsersState, how?: "silently"): Update<UsersState> {
  const [users, ask] = asking(state.users, { procedure: "users.list" }, how);
  return [{ ...state, users }, [ask]];
}

export const users: Screen<UsersState> = {
  press: (state, pressed, context) =>
    state.searching ? pressSearch(state, pressed) : press(state, pressed, context),
  answer,
  userChanged(state, user) {
    const users = withKnown(state.users, (known) =>
      [...known.filter(({ id }) => id !== user.id), user].sort((a, b) =>
        a.email < b.email ? -1 : 1,
      ),
    );
    return found({ ...state, users }, state);
  },
  concerns: (_, { type }) => type.startsWith("user."),
  refresh: (state) => load(state, "silently"),
  isBehind: ({ users }) => isBehind(users),
  offers(state, action) {
    const user = selectedUser(state);
    if (action === "search") return (state.users.known?.length ?? 0) > 1;
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
    if (search !== null) return [found({ ...state, search }, state)];
  }
  switch (actionFor("search", press)) {
    case "done":
      return [{ ...state, searching: false }];
    case "clear":
      return [found({ ...state, searching: false, search: textField() }, state)];
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
      return [found({ ...state, search: textField() }, state)];
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

function answer(state: UsersState, reply: Reply): Update<UsersState> {
  if (reply.procedure !== "users.list") return [state];
  return [found({ ...state, users: answered(state.users, reply, ({ items }) => items) }, state)];
}

/** Other users, or others that are found: the cursor stays on its own. */
function found(state: UsersState, before: UsersState): UsersState {
  const [rows, rowsBefore] = [foundUsers(state), foundUsers(before)];
  return { ...state, selected: stayOn(before.selected, rowsBefore, rows, ({ id }) => id) };
}
