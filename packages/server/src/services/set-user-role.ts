import {
  type DomainError,
  ok,
  type Result,
  type Role,
  setRole,
  type User,
  type UserId,
} from "@latchkey/core";
import { aboutUser, changeUser } from "./change-users.ts";
import type { Caller, Services } from "./services.ts";

/** Who becomes a service has no session any more. Errors: NOT_FOUND, LAST_ADMIN, FORBIDDEN. */
export async function setUserRole(
  services: Services,
  caller: Caller,
  input: { readonly id: UserId; readonly role: Role },
): Promise<Result<User, DomainError>> {
  return changeUser<User>(services, caller, input.id, async (tx, user, { enabledAdmins }) => {
    const change = setRole(user, input.role, enabledAdmins);
    if (!change.ok) return change;
    if (change.value === null) return ok({ events: [], value: user });
    await tx.updateUser(change.value.user);
    if (input.role === "service") await tx.deleteSessionsOf(user.id, null);
    return ok({ events: [aboutUser(user, change.value.event)], value: change.value.user });
  });
}
