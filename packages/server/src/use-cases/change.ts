import {
  type DomainError,
  endOf,
  err,
  type Key,
  type KeyEvent,
  type KeyId,
  ok,
  type Principal,
  type Result,
  seesOwner,
  stateAt,
} from "@latchkey/core";
import type { ChangeStore } from "../store/port/store.ts";
import type { KeyView } from "../store/port/keys.ts";
import type { NewEvent } from "../store/port/log.ts";
import { actorOf, type Caller, type Services } from "./services.ts";

// A change to keys, step by step: lock what the principal's power depends on, then the keys, then the head of the
// log; take the instant; decide in core; write; append. One transaction, or nothing.

/** One key's part in a change. */
export type Write =
  | {
      readonly kind: "insert";
      readonly key: Key;
      readonly digest: Uint8Array;
      readonly event: KeyEvent;
    }
  | { readonly kind: "update"; readonly key: Key; readonly event: KeyEvent }
  | { readonly kind: "delete"; readonly key: Key; readonly event: KeyEvent };

/** What a use case decides on: everything as it is under the locks. */
export type Locked = {
  readonly principal: Principal;
  readonly now: Date;
  /** The target, for use cases that have one. */
  readonly key: Key;
};

/** A key after a change, and the instant of the change. */
export type Changed = { readonly view: KeyView; readonly now: Date };

/** The keys that a change wrote, in the order of its writes. */
type Written<Writes extends readonly Write[]> = { readonly [At in keyof Writes]: Changed };

/**
 * A change to one existing key. `decide` must be pure: it may run again after a deadlock. Errors:
 * NOT_FOUND, UNAUTHENTICATED, and `decide`'s own.
 */
export async function changeKey<Writes extends readonly Write[]>(
  services: Services,
  caller: Caller,
  id: KeyId,
  decide: (locked: Locked) => Result<Writes, DomainError>,
): Promise<Result<Written<Writes>, DomainError>> {
  return runChange(services, caller, id, (principal, now, key) => {
    // Another's key and an absent one look the same to a principal who may not see it.
    if (key === undefined || !seesOwner(principal, key.ownerId)) return err({ code: "NOT_FOUND" });
    return decide({ principal, now, key });
  });
}

/** A change that creates a key. */
export async function addKey(
  services: Services,
  caller: Caller,
  decide: (locked: Omit<Locked, "key">) => Result<readonly [Write], DomainError>,
): Promise<Result<readonly [Changed], DomainError>> {
  return runChange(services, caller, null, (principal, now) => decide({ principal, now }));
}

async function runChange<Writes extends readonly Write[]>(
  { store }: Services,
  caller: Caller,
  target: KeyId | null,
  decide: (principal: Principal, now: Date, key: Key | undefined) => Result<Writes, DomainError>,
): Promise<Result<Written<Writes>, DomainError>> {
  return store.change(async (tx) => {
    const locked = await tx.lockPrincipal(caller.principal);
    if (locked === null) return err({ code: "UNAUTHENTICATED" });
    const ownKey = locked.kind === "key" ? [locked.keyId] : [];
    const keys = await tx.lockKeys([...ownKey, ...(target === null ? [] : [target])]);
    const head = await tx.lockHead();
    const now = await tx.instant(head);

    const principal = currentPrincipal(locked, keys, now);
    if (principal === null) return err({ code: "UNAUTHENTICATED" });
    const decided = decide(principal, now, target === null ? undefined : keys.get(target)?.key);
    if (!decided.ok) return decided;

    for (const write of decided.value) await apply(tx, write);
    const actor = actorOf({ ...caller, principal });
    await tx.append(head, now, actor, decided.value.map(eventOf));
    const changed = decided.value.map((write) => ({ view: viewAfter(write, keys), now }));
    return ok(changed as unknown as Written<Writes>);
  });
}

/** A key that acts does so as it is now: it may have been revoked while the change waited. */
function currentPrincipal(
  principal: Principal,
  keys: ReadonlyMap<KeyId, KeyView>,
  now: Date,
): Principal | null {
  if (principal.kind !== "key") return principal;
  const own = keys.get(principal.keyId)?.key;
  if (own === undefined) return null;
  const { status } = stateAt(own, now);
  if (status === "revoked" || status === "expired") return null;
  return { ...principal, scopes: own.scopes, endsAt: endOf(own) };
}

async function apply(tx: ChangeStore, write: Write): Promise<void> {
  switch (write.kind) {
    case "insert":
      return tx.insertKey(write.key, write.digest);
    case "update":
      return tx.updateKey(write.key);
    case "delete":
      return tx.deleteKey(write.key.id);
  }
}

function eventOf({ key, event }: Write): NewEvent {
  return { ...event, keyId: key.id, ownerId: key.ownerId, userId: null };
}

/** A key as it is after the change, beside what was read with its lock. */
function viewAfter({ key, event }: Write, keys: ReadonlyMap<KeyId, KeyView>): KeyView {
  const { lastUsedAt = null, rotatedTo = null } = keys.get(key.id) ?? {};
  return {
    key,
    lastUsedAt,
    rotatedTo: event.type === "key.rotated" ? event.data.rotatedTo : rotatedTo,
  };
}
