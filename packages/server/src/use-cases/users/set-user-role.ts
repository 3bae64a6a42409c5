import {
  type DomainError,
  ok,
  type Result,
  type Role,
  setRole,
  type User,
  type UserId,
} from "@latchkey/core";
import type { ChangeStore } from "../../store/port/store.ts";
import type { NewEvent } from "../../store/port/log.ts";
import { aboutUser, changeUser } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";

/**
 * A user who becomes a service loses password, sessions and SSH keys, and does not get them back with another
 * role. Errors: NOT_FOUND, LAST_ADMIN, FORBIDDEN.
 */
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
    const events = [aboutUser(user, change.value.event)];
    // A former service starts without any of it too, whatever it had before.
    if (input.role === "service" || user.role === "service") {
      events.push(...(await removeWaysIn(tx, user)));
    }
    return ok({ events, value: change.value.user });
  });
}

async function removeWaysIn(tx: ChangeStore, user: User): Promise<NewEvent[]> {
  await tx.setPassword(user.id, null, null);
  await tx.deleteSessionsOf(user.id, null);
  const events: NewEvent[] = [];
  for (const { fingerprint, label } of await tx.listSshKeys(user.id)) {
    await tx.deleteSshKey(fingerprint);
    const data = { fingerprint, label, email: user.email };
    events.push(aboutUser(user, { type: "ssh_key.removed", data }));
  }
  return events;
}
