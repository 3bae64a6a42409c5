import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { FollowObserver, LogLink } from "../store/port/log.ts";
import type { PoolUse } from "../store/port/pool-use.ts";

/** Drizzle on either engine. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** Changes notify it at their commit. It only wakes listeners; what happened is in `events`. */
export const LOG_CHANNEL = "latchkey_events";

/** An open engine. Its opener closes it. */
export type OpenDatabase = {
  readonly db: Database;
  /**
   * One transaction that changes something. Throws `Outage` `outcome_unknown` if the commit may have happened
   * though its answer never came.
   */
  readonly change: <T>(work: (tx: Database) => Promise<T>) => Promise<T>;
  /** Only for the short reads of checks, so that slow lists can't keep them waiting. */
  readonly lookups: Database;
  /** Runs `work` in one transaction, while no other process prepares this database. */
  readonly exclusively: <T>(work: (db: Database) => Promise<T>) => Promise<T>;
  /** Whether a change notifies `LOG_CHANNEL`; not every engine can. */
  readonly notifies: boolean;
  /** Notifies an observer of changes to the log, for as long as the connection lasts. */
  readonly followLog: (observer: FollowObserver) => Promise<LogLink>;
  /** None if nothing is pooled. */
  readonly pools: () => readonly PoolUse[];
  /** Throws `Outage` if a change could not be stored. */
  readonly assertWritable: () => Promise<void>;
  /** The same for engines that must be queried for it; changes find out as they run. */
  readonly probeWritable: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The rows of a raw query: an array from postgres.js, `{ rows }` from PGlite. */
export async function queryRows<Row>(db: Database, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query);
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
}
