import {
  type DomainError,
  ok,
  type Result,
  setDisabled,
  type User,
  type UserId,
} from "@latchkey/core";
import { aboutUser, changeUser } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";

/** Disabling also ends the user's sessions. Errors: NOT_FOUND, LAST_ADMIN, FORBIDDEN. */
export async function setUserDisabled(
  services: Services,
  caller: Caller,
  input: { readonly id: UserId; readonly disabled: boolean },
): Promise<Result<User, DomainError>> {
  return changeUser<User>(services, caller, input.id, async (tx, user, { enabledAdmins }) => {
    const change = setDisabled(user, input.disabled, enabledAdmins);
    if (!change.ok) return change;
    if (change.value === null) return ok({ events: [], value: user });
    await tx.updateUser(change.value.user);
    if (input.disabled) await tx.deleteSessionsOf(user.id, null);
    return ok({ events: [aboutUser(user, change.value.event)], value: change.value.user });
  });
}
