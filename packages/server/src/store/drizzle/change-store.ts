import type { KeyObject } from "node:crypto";
import { eventMac, isSessionOver, type KeyId, maySignIn } from "@latchkey/core";
import { asc, eq, inArray, sql } from "drizzle-orm";
import { type Database, LOG_CHANNEL } from "../../db/database.ts";
import { apiKeys, eventHead, events, sessions } from "../../db/schema.ts";
import { clockMilliseconds, readClock } from "./clock.ts";
import { newEventRow } from "./event-rows.ts";
import {
  changedColumns,
  type KeyDigest,
  keyViewFromRow,
  lockedKeyColumns,
  newKeyRow,
} from "./key-rows.ts";
import type { Seals } from "./seals.ts";
import { sealedSessionColumns } from "./session-rows.ts";
import type { StoredEvent } from "../port/log.ts";
import type { ChangeStore } from "../port/store.ts";
import { readHead } from "./head.ts";
import { sessionChanges } from "./session-store.ts";
import { sshKeyChanges } from "./ssh-key-store.ts";
import { userChanges } from "./user-store.ts";

export type ChangeOptions = {
  readonly logKey: KeyObject;
  readonly seals: Seals;
  readonly notifies: boolean;
  /** Called with each event that the change appends; it may still be rolled back. */
  readonly onAppend: (events: readonly StoredEvent[]) => void;
};

/** What a change may do inside its transaction `tx`. */
export function changeStore(
  tx: Database,
  { logKey, seals, notifies, onAppend }: ChangeOptions,
): ChangeStore {
  const users = userChanges(tx, seals);
  const locked = new Map<KeyId, KeyDigest>();
  return {
    ...users,
    ...sessionChanges(tx, seals),
    ...sshKeyChanges(tx, seals),

    async lockPrincipal(principal) {
      const user = await users.lockUserShared(principal.userId);
      if (user === null) return null;
      // The local operator's power depends on the machine, not on a row.
      if (principal.kind === "operator") return principal;
      if (user.disabled) return null;
      if (principal.kind === "key") return { ...principal, role: user.role };
      const [session] = await tx
        .select({
          ...sealedSessionColumns,
          lastSeenAt: sessions.lastSeenAt,
          clock: clockMilliseconds,
        })
        .from(sessions)
        .where(eq(sessions.id, principal.sessionId))
        .for("share");
      if (session === undefined || !maySignIn(user)) return null;
      seals.session.check(session, session.mac);
      if (session.userId !== user.id) return null;
      if (isSessionOver(session, new Date(Number(session.clock)))) return null;
      return { ...principal, role: user.role };
    },

    async lockKeys(ids) {
      if (ids.length === 0) return new Map();
      const read = () =>
        tx
          .select(lockedKeyColumns)
          .from(apiKeys)
          .where(inArray(apiKeys.id, [...ids]))
          .orderBy(asc(apiKeys.id))
          .for("update");
      let rows = await read();
      // One that was waited for has changed: with its lock held nothing more comes between.
      if (rows.some((row) => row.revision !== row.revisionBefore)) rows = await read();
      for (const row of rows) {
        seals.key.check(row, row.mac);
        locked.set(row.id, { digest: row.digest, pepperId: row.pepperId });
      }
      return new Map(rows.map((row) => [row.id, keyViewFromRow(row)]));
    },

    lockHead: () => readHead(tx, "update"),

    // A statement of its own, after all locks: read while waiting for a lock, it would be too early.
    instant: (head) => readClock(tx, head.at),

    async insertKey(key, digest) {
      await tx.insert(apiKeys).values(newKeyRow(seals, key, digest));
    },

    async updateKey(key) {
      const digest = locked.get(key.id);
      // Its MAC is made anew from what was read, and verified, under the lock.
      if (digest === undefined) throw new Error("a key is changed that is not locked");
      await tx
        .update(apiKeys)
        .set(changedColumns(seals, key, digest))
        .where(eq(apiKeys.id, key.id));
    },

    async deleteKey(id) {
      await tx.delete(apiKeys).where(eq(apiKeys.id, id));
    },

    async append(head, at, actor, newEvents) {
      let { seq, mac } = head;
      const rows: StoredEvent[] = [];
      for (const event of newEvents) {
        seq += 1;
        const chained = { ...event, seq, at, actor };
        mac = eventMac(logKey, mac, chained);
        rows.push({ ...chained, mac });
      }
      await tx.insert(events).values(rows.map(newEventRow));
      await tx.update(eventHead).set({ seq, mac, at });
      if (notifies) await tx.execute(sql`select pg_notify(${LOG_CHANNEL}, ${String(seq)})`);
      onAppend(rows);
    },
  };
}
