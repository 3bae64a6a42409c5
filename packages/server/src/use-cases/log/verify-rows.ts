import { isDeepStrictEqual } from "node:util";
import { type Key, replayKey, replayUser, type UserHistory } from "@latchkey/core";
import type { SealedKind } from "../../faults/row-tampered.ts";
import type { Snapshot, StoredUser } from "../../store/port/snapshot.ts";
import { type ReadAhead, readAhead } from "./read-ahead.ts";

// Replays the log against the rows that power depends on. Log and rows are read in the same order and merged, so
// that no more than a few pages and one user's history are in memory.

export type BadRow = { readonly kind: SealedKind; readonly id: string };

type Options = {
  /** `false`: no row has a MAC yet, so they are compared with the log only. */
  readonly areSealed?: boolean;
};

/**
 * The first row that was changed, inserted, removed or restored to an earlier state; users with their sessions
 * and SSH keys come first, then keys. The log must be intact.
 *
 * Missing sessions don't count: they expire without an event.
 */
export async function firstBadRow(
  snapshot: Omit<Snapshot, "readHead" | "log">,
  { areSealed = true }: Options = {},
): Promise<BadRow | null> {
  return (await firstBadOfUsers(snapshot, areSealed)) ?? firstBadKey(snapshot, areSealed);
}

async function firstBadKey(
  snapshot: Pick<Snapshot, "keyEvents" | "keys">,
  areSealed: boolean,
): Promise<BadRow | null> {
  const events = await readAhead(snapshot.keyEvents());
  const rows = await readAhead(snapshot.keys());
  for (;;) {
    const id = first(events.peek()?.keyId, rows.peek()?.facts.id);
    if (id === undefined) return null;
    let logged: Key | null = null;
    for await (const event of allOf(events, ({ keyId }) => keyId === id)) {
      logged = replayKey(logged, event);
    }
    let found: Key | null = null;
    for await (const row of allOf(rows, ({ facts }) => facts.id === id)) {
      if (areSealed && !row.isSealed) return { kind: "key", id };
      found = row.facts;
    }
    if (!isDeepStrictEqual(found, logged)) return { kind: "key", id };
  }
}

async function firstBadOfUsers(
  snapshot: Pick<Snapshot, "userEvents" | "users" | "sshKeys" | "sessions">,
  areSealed: boolean,
): Promise<BadRow | null> {
  const events = await readAhead(snapshot.userEvents());
  const rows = await readAhead(snapshot.users());
  const sshKeys = await readAhead(snapshot.sshKeys());
  const sessions = await readAhead(snapshot.sessions());
  for (;;) {
    const id = first(
      events.peek()?.ownerId,
      rows.peek()?.facts.user.id,
      sshKeys.peek()?.facts.userId,
      sessions.peek()?.facts.userId,
    );
    if (id === undefined) return null;
    let logged: UserHistory | null = null;
    for await (const event of allOf(events, ({ ownerId }) => ownerId === id)) {
      logged = replayUser(logged, event);
    }
    let isThere = false;
    for await (const { facts, isSealed } of allOf(rows, ({ facts }) => facts.user.id === id)) {
      isThere = isUserAsLogged(facts, logged, areSealed) && (isSealed || !areSealed);
    }
    if (logged === null || !isThere) return { kind: "user", id };

    for await (const { facts, isSealed } of allOf(sshKeys, ({ facts }) => facts.userId === id)) {
      const { fingerprint, label, createdAt, addedBy, proven } = facts;
      const found = { label, createdAt, addedBy, proven };
      const isAsLogged = isDeepStrictEqual(found, logged.sshKeys.get(fingerprint));
      if (!isAsLogged || (areSealed && !isSealed)) return { kind: "sshKey", id: fingerprint };
      logged.sshKeys.delete(fingerprint);
    }
    for (const missing of logged.sshKeys.keys()) return { kind: "sshKey", id: missing };

    for await (const { facts, isSealed } of allOf(sessions, ({ facts }) => facts.userId === id)) {
      const { createdAt, via, sshFingerprint } = facts;
      const isAsLogged = isDeepStrictEqual(logged.sessions.get(facts.id), {
        createdAt,
        via,
        sshFingerprint,
      });
      if (!isAsLogged || (areSealed && !isSealed)) return { kind: "session", id: facts.id };
    }
  }
}

function isUserAsLogged(
  { user, hasPassword, passwordSetAt }: StoredUser,
  logged: UserHistory | null,
  areSealed: boolean,
): boolean {
  if (logged === null || !isDeepStrictEqual(user, logged.user)) return false;
  // The instant of setting it is stored with the MAC.
  return !hasPassword || !areSealed || isDeepStrictEqual(passwordSetAt, logged.passwordSetAt);
}

/** The next items for as long as they belong to one. */
async function* allOf<Item>(
  items: ReadAhead<Item>,
  isOfOne: (item: Item) => boolean,
): AsyncGenerator<Item, void> {
  for (let item = items.peek(); item !== undefined && isOfOne(item); item = items.peek()) {
    yield item;
    await items.move();
  }
}

/** The first in code point order: ids are ASCII. */
function first(...ids: readonly (string | null | undefined)[]): string | undefined {
  let least: string | undefined;
  for (const id of ids) {
    if (typeof id === "string" && (least === undefined || id < least)) least = id;
  }
  return least;
}
