import type { User } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import type { Context, Question, Command } from "./screen.ts";
import { noFilter } from "./query.ts";

// What an admin can do with a user.

export type UserCommand = "role" | "toggle" | "password" | "ssh-keys" | "keys";

/** A service user never signs in: no password, no SSH keys. */
export function offersForUser(action: string, { role }: User): boolean {
  return role !== "service" || (action !== "password" && action !== "ssh-keys");
}

export function userCommands(
  action: UserCommand,
  user: User,
  context: Context,
): readonly Command[] {
  const { id, email } = user;
  if (!offersForUser(action, user)) {
    const text = "A service user signs in nowhere: it has neither password nor SSH keys.";
    return [{ command: "notify", notice: { tone: "error", text } }];
  }
  switch (action) {
    case "role":
      return [{ command: "open", route: { to: "set-role", user } }];
    case "toggle":
      return [{ command: "open", route: { to: "question", question: toggleQuestion(user) } }];
    case "password":
      return [{ command: "open", route: { to: "set-password", whose: { own: false, id, email } } }];
    case "ssh-keys": {
      const own = context.principal?.userId === id;
      return [{ command: "open", route: { to: "ssh-keys", whose: { id, email, own } } }];
    }
    case "keys": {
      const query = { search: "", filter: { ...noFilter, owner: id } };
      return [
        { command: "jump", to: "key-list" },
        { command: "send", message: { about: "key-list", query } },
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
  if (disabled) {
    return {
      title: `Enable ${who}?`,
      text:
        role === "service"
          ? "Its keys work again at once."
          : "They can sign in again, and their keys work again at once.",
      action: "Enable user",
      danger: false,
      working: "Enabling…",
      request: { procedure: "users.enable", input: { id } },
      done: `${who} is enabled.`,
    };
  }
  return {
    title: `Disable ${who}?`,
    text:
      role === "service"
        ? "Its keys stop working at once, everywhere, until it is enabled again."
        : "They are signed out, and their keys stop working at once, everywhere, until they are enabled again.",
    action: "Disable user",
    danger: true,
    working: "Disabling…",
    request: { procedure: "users.disable", input: { id } },
    done: `${who} is disabled. Their keys no longer work.`,
  };
}
