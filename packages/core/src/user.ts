import type { ErrorOf, FieldProblem } from "./errors.ts";
import type { UserEvent } from "./event.ts";
import type { UserId } from "./ids.ts";
import type { Role } from "./principal.ts";
import { err, ok, type Result } from "./result.ts";

// What may happen to a user. The last enabled admin stays one.

export type User = {
  readonly id: UserId;
  /** Lower case; unique. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: Date;
};

export type UserChange = { readonly user: User; readonly event: UserEvent };

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 256;

/**
 * Disables or enables. A change to the current state succeeds without an event.
 *
 * @param enabledAdmins how many there are, as locked. Error: LAST_ADMIN
 */
export function setDisabled(
  user: User,
  disabled: boolean,
  enabledAdmins: number,
): Result<UserChange | null, ErrorOf<"LAST_ADMIN">> {
  if (user.disabled === disabled) return ok(null);
  if (disabled && isLastAdmin(user, enabledAdmins)) return err({ code: "LAST_ADMIN" });
  const type = disabled ? "user.disabled" : "user.enabled";
  return ok({ user: { ...user, disabled }, event: { type, data: { email: user.email } } });
}

/**
 * Gives another role. Error: LAST_ADMIN.
 *
 * @param enabledAdmins how many there are, as locked
 */
export function setRole(
  user: User,
  role: Role,
  enabledAdmins: number,
): Result<UserChange | null, ErrorOf<"LAST_ADMIN">> {
  if (user.role === role) return ok(null);
  if (isLastAdmin(user, enabledAdmins)) return err({ code: "LAST_ADMIN" });
  const data = { email: user.email, from: user.role, to: role };
  return ok({ user: { ...user, role }, event: { type: "user.role_changed", data } });
}

/**
 * A password in the form that is hashed: NFKC, 12 to 256 characters, any of them (NIST SP 800-63B,
 * 3.1.1.2). Error: INPUT_INVALID.
 */
export function parsePassword(
  field: string,
  password: string,
): Result<string, ErrorOf<"INPUT_INVALID">> {
  const normal = password.normalize("NFKC");
  const { length } = [...normal];
  const problem = (
    message: string,
  ): { readonly ok: false; readonly error: ErrorOf<"INPUT_INVALID"> } => {
    const fields: FieldProblem[] = [{ field, message }];
    return err({ code: "INPUT_INVALID", fields });
  };
  if (length < MIN_PASSWORD_LENGTH)
    return problem(`Use at least ${MIN_PASSWORD_LENGTH} characters.`);
  if (length > MAX_PASSWORD_LENGTH)
    return problem(`Use at most ${MAX_PASSWORD_LENGTH} characters.`);
  return ok(normal);
}

/** Whether anybody can sign in as this user: a service user acts only by keys. */
export function maySignIn({ role, disabled }: Pick<User, "role" | "disabled">): boolean {
  return !disabled && role !== "service";
}

function isLastAdmin({ role, disabled }: User, enabledAdmins: number): boolean {
  return role === "admin" && !disabled && enabledAdmins <= 1;
}
