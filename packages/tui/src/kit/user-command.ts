import type { User } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import type { Context, Question, Wish } from "./screen.ts";
import { noFilter } from "./query.ts";

// What an admin can do with a user.

export type UserCommand = "role" | "toggle" | "password" | "ssh-keys" | "keys";

/** A service user signs in nowhere: no password, no SSH keys. */
export function offersForUser(command: string, { role }: User): boolean {
  return role !== "service" || (command !== "password" && command !== "ssh-keys");
}

export function userWishes(command: UserCommand, user: User, context: Context): readonly Wish[] {
  const { id, email } = user;
  if (!offersForUser(command, user)) {
    const text = "A service user signs in nowhere: it has neither password nor SSH keys.";
    return [{ wish: "notify", notice: { tone: "error", text } }];
  }
  switch (command) {
    case "role":
      return [{ wish: "open", route: { to: "set-role", user } }];
    case "toggle":
      return [{ wish: "open", route: { to: "question", question: toggleQuestion(user) } }];
    case "password":
      return [{ wish: "open", route: { to: "set-password", whose: { own: false, id, email } } }];
    case "ssh-keys": {
      const own = context.principal?.userId === id;
      return [{ wish: "open", route: { to: "ssh-keys", whose: { id, email, own } } }];
    }
    case "keys": {
      const query = { search: "", filter: { ...noFilter, owner: id } };
      return [
        { wish: "jump", to: "key-list" },
        { wish: "tell", message: { about: "key-list", query } },
      ];
    }
  }
}

/** The word for `toggle` in the hint line. */
export function toggleWord({ disabled }: User): string {
  return disabled ? "enable" : "disable";
}

function toggleQuestion({ id, email, disabled, role }: User): Question {
  const who = escape(email);
  const request = { kind: "set-disabled", id, disabled: !disabled } as const;
  if (disabled) {
    return {
      title: `Enable ${who}?`,
      text:
        role === "service"
          ? "Its keys work again at once."
          : "They can sign in again, and their keys work again at once.",
      deed: "Enable user",
      danger: false,
      working: "Enabling…",
      request,
      done: `${who} is enabled.`,
    };
  }
  return {
    title: `Disable ${who}?`,
    text:
      role === "service"
        ? "Its keys stop working at once, everywhere, until it is enabled again."
        : "They are signed out, and their keys stop working at once, everywhere, until they are enabled again.",
    deed: "Disable user",
    danger: true,
    working: "Disabling…",
    request,
    done: `${who} is disabled. Their keys no longer work.`,
  };
}
