import {
  type DomainError,
  err,
  ok,
  type Principal,
  type Result,
  requireAdmin,
  requirePerson,
  type SessionEvent,
  type SshKeyEvent,
  type User,
  type UserEvent,
  type UserId,
} from "@latchkey/core";
import type { ChangeStore } from "../../store/port/store.ts";
import type { NewEvent } from "../../store/port/log.ts";
import { actorOf, type Caller, type Services } from "../services.ts";

// A change to users or their sessions, by the same steps as one to keys: users first, then the head.

export type LockedUsers = {
  readonly principal: Principal;
  readonly now: Date;
  readonly users: ReadonlyMap<UserId, User>;
  readonly enabledAdmins: number;
};

/** The result of a change and its events. No events: nothing changed. */
export type UserWrite<Value> = { readonly events: readonly NewEvent[]; readonly value: Value };

/**
 * @param targets users that `work` is about; they are locked with every enabled admin
 * @param work writes through `tx` and returns its events; what it writes before an error is rolled back
 */
export async function changeUsers<Value>(
  { store }: Services,
  caller: Caller,
  targets: readonly UserId[],
  work: (tx: ChangeStore, locked: LockedUsers) => Promise<Result<UserWrite<Value>, DomainError>>,
): Promise<Result<Value, DomainError>> {
  return store.change(async (tx) => {
    const users = await tx.lockUsersAndAdmins([caller.principal.userId, ...targets]);
    const principal = await tx.lockPrincipal(caller.principal);
    if (principal === null) return err({ code: "UNAUTHENTICATED" });
    const person = requirePerson(principal);
    if (!person.ok) return person;
    const head = await tx.lockHead();
    const now = await tx.instant(head);
    const enabledAdmins = [...users.values()].filter(isEnabledAdmin).length;
    const done = await work(tx, { principal, now, users, enabledAdmins });
    if (!done.ok) return done;
    const { events, value } = done.value;
    if (events.length > 0) await tx.append(head, now, actorOf({ ...caller, principal }), events);
    return ok(value);
  });
}

/** The same for admins alone, about one user. Errors: FORBIDDEN, NOT_FOUND, `work`'s own. */
export async function changeUser<Value>(
  services: Services,
  caller: Caller,
  id: UserId,
  work: (
    tx: ChangeStore,
    user: User,
    locked: LockedUsers,
  ) => Promise<Result<UserWrite<Value>, DomainError>>,
): Promise<Result<Value, DomainError>> {
  return changeUsers<Value>(services, caller, [id], async (tx, locked) => {
    const admin = requireAdmin(locked.principal);
    if (!admin.ok) return admin;
    const user = locked.users.get(id);
    if (user === undefined) return err({ code: "NOT_FOUND", what: "user" });
    return work(tx, user, locked);
  });
}

/** An event about a user. */
export function aboutUser(
  { id }: { readonly id: UserId },
  event: UserEvent | SessionEvent | SshKeyEvent,
): NewEvent {
  return { ...event, keyId: null, userId: id, ownerId: id };
}

function isEnabledAdmin({ role, disabled }: User): boolean {
  return role === "admin" && !disabled;
}
