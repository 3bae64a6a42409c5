import {
  type DomainError,
  err,
  newUserId,
  MAX_TITLE_LENGTH,
  ok,
  parseName,
  parsePassword,
  type Result,
  type Role,
  requireAdmin,
  type User,
} from "@latchkey/core";
import { aboutUser, changeUsers } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";

export type AddUserInput = {
  /** Lower case. */
  readonly email: string;
  readonly name?: string | undefined;
  readonly role: Role;
  readonly password?: string | undefined;
};

/** Errors: EMAIL_TAKEN, INPUT_INVALID (name, password), FORBIDDEN, UNAUTHENTICATED. */
export async function addUser(
  services: Services,
  caller: Caller,
  input: AddUserInput,
): Promise<Result<User, DomainError>> {
  const admin = requireAdmin(caller.principal);
  if (!admin.ok) return admin;
  const { email, role } = input;
  const name = parseName("name", input.name ?? defaultName(email));
  if (!name.ok) return name;
  if (role === "service" && input.password !== undefined) {
    const message = "A service user has no password. Leave it out.";
    return err({ code: "INPUT_INVALID", fields: [{ field: "password", message }] });
  }
  const password = input.password === undefined ? null : parsePassword("password", input.password);
  if (password !== null && !password.ok) return password;
  const hash = password === null ? undefined : await services.passwords.hash(password.value);
  return changeUsers<User>(services, caller, [], async (tx, { principal, now }) => {
    const still = requireAdmin(principal);
    if (!still.ok) return still;
    // Under the head's lock nobody else adds a user meanwhile.
    if ((await tx.readUserByEmail(email)) !== null) return err({ code: "EMAIL_TAKEN" });
    const id = newUserId(now, services.randomBytes);
    const user: User = { id, email, name: name.value, role, disabled: false, createdAt: now };
    await tx.insertUser(user, hash);
    const event = aboutUser(user, { type: "user.created", data: { email, name: user.name, role } });
    return ok({ events: [event], value: user });
  });
}

/** What precedes the @. */
function defaultName(email: string): string {
  const [name = ""] = email.split("@");
  return [...name].slice(0, MAX_TITLE_LENGTH).join("");
}
