import type { KeyObject } from "node:crypto";
import { eventMac, isSessionOver, type Key, type KeyId, maySignIn } from "@latchkey/core";
import { asc, eq, inArray, sql } from "drizzle-orm";
import { type Database, LOG_CHANNEL } from "../db/database.ts";
import { apiKeys, eventHead, events, sessions } from "../db/schema.ts";
import { clockMilliseconds, readClock } from "./clock.ts";
import { newEventRow } from "./event-rows.ts";
import { changedColumns, keyColumns, keyFromRow, newKeyRow } from "./key-rows.ts";
import { readKeyView } from "./key-view.ts";
import type { ChangeStore, StoredEvent } from "./store.ts";
import { sshKeyChangeStore } from "./ssh-key-store.ts";
import { userChangeStore } from "./user-change-store.ts";

export type ChangeOptions = {
  readonly logKey: KeyObject;
  readonly notifies: boolean;
  /** Told of each event that the change appends; it may yet be undone. */
  readonly onAppend: (events: readonly StoredEvent[]) => void;
};

/** What a change may do inside its transaction `tx`. */
export function changeStore(
  tx: Database,
  { logKey, notifies, onAppend }: ChangeOptions,
): ChangeStore {
  const userChanges = userChangeStore(tx);
  return {
    ...userChanges,
    ...sshKeyChangeStore(tx),

    async lockPrincipal(principal) {
      const user = await userChanges.lockUserShared(principal.userId);
      if (user === null) return null;
      // The local operator's power rests on the machine, not on a row.
      if (principal.kind === "operator") return principal;
      if (user.disabled) return null;
      if (principal.kind === "key") return { ...principal, role: user.role };
      const [session] = await tx
        .select({
          lastSeenAt: sessions.lastSeenAt,
          expiresAt: sessions.expiresAt,
          clock: clockMilliseconds,
        })
        .from(sessions)
        .where(eq(sessions.id, principal.sessionId))
        .for("share");
      if (session === undefined || !maySignIn(user)) return null;
      if (isSessionOver(session, new Date(Number(session.clock)))) return null;
      return { ...principal, role: user.role };
    },

    async lockKeys(ids) {
      const rows =
        ids.length === 0
          ? []
          : await tx
              .select(keyColumns)
              .from(apiKeys)
              .where(inArray(apiKeys.id, [...ids]))
              .orderBy(asc(apiKeys.id))
              .for("update");
      return new Map<KeyId, Key>(rows.map((row) => [row.id, keyFromRow(row)]));
    },

    async lockHead() {
      const [head] = await tx.select().from(eventHead).for("update");
      if (head === undefined) throw new Error("the log has lost its head row");
      return head;
    },

    // A statement of its own, after all locks: read while waiting for a lock, it would be too early.
    instant: (head) => readClock(tx, head.at),

    async insertKey(key, digest) {
      await tx.insert(apiKeys).values(newKeyRow(key, digest));
    },

    async updateKey(key) {
      await tx.update(apiKeys).set(changedColumns(key)).where(eq(apiKeys.id, key.id));
    },

    async deleteKey(id) {
      await tx.delete(apiKeys).where(eq(apiKeys.id, id));
    },

    readKey: (id) => readKeyView(tx, id),

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
