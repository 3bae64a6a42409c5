import { createHmac, type KeyObject } from "node:crypto";
import type { Actor, LatchkeyEvent, UnknownEvent } from "./event.ts";
import type { KeyId, UserId } from "./ids.ts";

// The chain over the log: each row carries a MAC over itself and the MAC of the row before it, so
// somebody who can write to the database, but has no pepper, can't rewrite history.

export const EVENT_MAC_BYTES = 32;
/** What the first row chains to. */
export const EMPTY_LOG_MAC: Uint8Array = new Uint8Array(EVENT_MAC_BYTES);

/** What an event is about; neither a key nor a user if it is about the whole database. */
export type EventSubject = {
  readonly keyId: KeyId | null;
  readonly userId: UserId | null;
  /** The owner of the key that the event is about, or the user. */
  readonly ownerId: UserId | null;
};

/** A row of the log as the chain sees it. */
export type ChainedEvent = (LatchkeyEvent | UnknownEvent) &
  EventSubject & {
    readonly seq: number;
    readonly at: Date;
    readonly actor: Actor;
  };

/**
 * HMAC-SHA-256 over the previous row's 32 bytes and this row as canonical JSON (UTF-8): an array of
 * its fields in the order below, object keys sorted. 32 bytes.
 *
 * @param key derived from the pepper for `latchkey/event-log/v1`
 */
export function eventMac(key: KeyObject, previousMac: Uint8Array, event: ChainedEvent): Uint8Array {
  const { actor } = event;
  const row = [
    event.seq,
    event.at.toISOString(),
    event.type,
    [actor.kind, actor.userId, actor.keyId, actor.via, actor.address],
    event.keyId,
    event.userId,
    event.ownerId,
    event.data,
  ];
  return createHmac("sha256", key).update(previousMac).update(canonicalJson(row)).digest();
}

/** JSON with the keys of every object sorted, so that one value has one text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
