import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { count, inArray, type SQL } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { OpenDatabase } from "../db/database.ts";
import { apiKeys, events } from "../db/schema.ts";
import { changeStore } from "./change-store.ts";
import { readClock } from "./clock.ts";
import { eventFromRow, matchingEvents, newestFirst } from "./event-rows.ts";
import { countingOrder, matching, positionOf, sortValue, stretchesOf } from "./key-list.ts";
import { readHead } from "./head.ts";
import { keyLookup } from "./key-lookup.ts";
import { keyViewColumns, keyViewFromRow } from "./key-rows.ts";
import { keyUseStore } from "./key-uses.ts";
import { readKeyView } from "./key-view.ts";
import { logReader, visibleLogReader } from "./log-reader.ts";
import { isRetryable, outageOf } from "../faults/outage.ts";
import type { Seals } from "./seals.ts";
import { snapshotOf } from "./snapshot.ts";
import type { Store, StoredEvent } from "./store.ts";
import { sshKeyStore } from "./ssh-key-store.ts";
import { userStore } from "./user-store.ts";

/** How often a change is tried that the engine gave up for a deadlock. */
const CHANGE_TRIES = 5;

export type StoreOptions = {
  /** Derived from the pepper for `latchkey/event-log/v1`. */
  readonly logKey: KeyObject;
  readonly seals: Seals;
  /** Told of the events of each change made here, after its commit and before its answer. */
  readonly onCommitted: (events: readonly StoredEvent[]) => void;
};

export function drizzleStore(
  open: OpenDatabase,
  { logKey, seals, onCommitted }: StoreOptions,
): Store {
  const { db, lookups, change, notifies, assertWritable } = open;
  const store: Store = {
    now: () => readClock(db),

    readKey: (id) => readKeyView(db, id),

    async listKeys(query) {
      const rows = [];
      // A key that changes between two of them is seen as between two pages.
      for (const { where, orWhere, order } of stretchesOf(query)) {
        const wanted: number = query.limit + 1 - rows.length;
        if (wanted === 0) break;
        // The ids alone first: beside the costs of the rest, which index is walked seems not to matter.
        const first = (condition: SQL | undefined) =>
          db
            .select({ id: apiKeys.id })
            .from(apiKeys)
            .where(condition)
            .orderBy(...order)
            .limit(wanted);
        const ids = orWhere === undefined ? first(where) : unionAll(first(where), first(orWhere));
        rows.push(
          ...(await db
            .select({ ...keyViewColumns, sortValue: sortValue(query.sort) })
            .from(apiKeys)
            .where(inArray(apiKeys.id, ids))
            .orderBy(...order)
            .limit(wanted)),
        );
      }
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const next = rows.length > query.limit && last !== undefined ? positionOf(last) : null;
      return { items: page.map(keyViewFromRow), next };
    },

    async countKeys(query, cap) {
      const some = db
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(matching(query))
        .orderBy(...countingOrder(query))
        .limit(cap + 1)
        .as("some");
      const [row] = await db.select({ total: count() }).from(some);
      return row?.total ?? 0;
    },

    findKeys: keyLookup(lookups, seals),

    readLogAfter: logReader(lookups),

    readVisibleAfter: visibleLogReader(db),

    async listEvents(query) {
      const rows = await db
        .select()
        .from(events)
        .where(matchingEvents(query))
        .orderBy(newestFirst)
        .limit(query.limit);
      return rows.map(eventFromRow);
    },

    readHead: () => readHead(db),

    probeWritable: open.probeWritable,

    inSnapshot: (work) =>
      db.transaction(async (tx) => work(snapshotOf(tx, seals)), {
        isolationLevel: "repeatable read",
        accessMode: "read only",
      }),

    ...userStore(open, seals),
    ...sshKeyStore(db, seals),
    ...keyUseStore(open),

    async change(work) {
      await assertWritable();
      for (let tries = 1; ; tries += 1) {
        try {
          let appended: StoredEvent[] = [];
          const value = await change(async (tx) => {
            appended = [];
            const onAppend = (events: readonly StoredEvent[]) => {
              appended.push(...events);
            };
            return work(changeStore(tx, { logKey, seals, notifies, onAppend }));
          });
          if (appended.length > 0) onCommitted(appended);
          return value;
        } catch (error) {
          if (tries === CHANGE_TRIES || !isRetryable(error)) throw error;
          await sleep(2 ** tries * Math.random() * 5);
        }
      }
    },
  };
  return withOutages(store);
}

/** Turns what the engines throw for an outage into `Outage`; defects stay as they are. */
function withOutages(store: Store): Store {
  const wrap =
    (call: (...args: never[]) => Promise<unknown>) =>
    async (...args: never[]): Promise<unknown> => {
      try {
        return await call(...args);
      } catch (error) {
        throw outageOf(error) ?? error;
      }
    };
  const calls = Object.entries(store).map(([name, call]) => [name, wrap(call)]);
  return Object.fromEntries(calls) as Store;
}
