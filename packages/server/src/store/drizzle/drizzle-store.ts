import type { KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { OpenDatabase } from "../../db/database.ts";
import { isRetryable, outageOf } from "../../faults/outage.ts";
import type { StoredEvent } from "../port/log.ts";
import type { Store } from "../port/store.ts";
import { changeStore } from "./change-store.ts";
import { readClock } from "./clock.ts";
import { keyStore } from "./key-store.ts";
import { loginAttemptStore } from "./login-attempts.ts";
import { logStore } from "./log-store.ts";
import type { Seals } from "./seals.ts";
import { sessionStore } from "./session-store.ts";
import { snapshotOf } from "./snapshot.ts";
import { sshKeyStore } from "./ssh-key-store.ts";
import { userStore } from "./user-store.ts";
import { useStore } from "./use-store.ts";

/** How often a change is attempted that the engine aborted for a deadlock. */
const CHANGE_TRIES = 5;

export type StoreOptions = {
  /** Derived from the pepper for `latchkey/event-log/v1`. */
  readonly logKey: KeyObject;
  readonly seals: Seals;
  /** Called with the events of each change made here, after its commit and before its answer. */
  readonly onCommitted: (events: readonly StoredEvent[]) => void;
};

export function drizzleStore(
  open: OpenDatabase,
  { logKey, seals, onCommitted }: StoreOptions,
): Store {
  const { db, change, notifies, assertWritable } = open;
  const store: Store = {
    now: () => readClock(db),

    probeWritable: open.probeWritable,

    inSnapshot: (work) =>
      db.transaction(async (tx) => work(snapshotOf(tx, seals)), {
        isolationLevel: "repeatable read",
        accessMode: "read only",
      }),

    ...keyStore(open, seals),
    ...userStore(db, seals),
    ...sessionStore(open, seals),
    ...sshKeyStore(db, seals),
    ...useStore(open),
    ...logStore(open),
    ...loginAttemptStore(db),

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

/** Turns the engines' errors for an outage into `Outage`; defects stay as they are. */
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
