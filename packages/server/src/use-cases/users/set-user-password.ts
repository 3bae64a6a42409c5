import {
  type DomainError,
  err,
  ok,
  parsePassword,
  type Result,
  type User,
  type UserId,
} from "@latchkey/core";
import { aboutUser, changeUser } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";

/** All the user's sessions end. Errors: NOT_FOUND, INPUT_INVALID (password), FORBIDDEN. */
export async function setUserPassword(
  services: Services,
  caller: Caller,
  input: { readonly id: UserId; readonly password: string },
): Promise<Result<User, DomainError>> {
  const password = parsePassword("password", input.password);
  if (!password.ok) return password;
  const hash = await services.passwords.hash(password.value);
  return changeUser<User>(services, caller, input.id, async (tx, user, { now }) => {
    if (user.role === "service") {
      const message = "A service user has no password.";
      return err({ code: "INPUT_INVALID", fields: [{ field: "password", message }] });
    }
    await tx.setPassword(user.id, hash, now);
    const sessionsEnded = await tx.deleteSessionsOf(user.id, null);
    const data = { email: user.email, sessionsEnded, sessionKept: null };
    const event = aboutUser(user, { type: "user.password_changed", data });
    return ok({ events: [event], value: user });
  });
}
