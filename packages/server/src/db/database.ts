import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Drizzle on either engine. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** Changes notify it at their commit. It only wakes listeners; what happened is in `events`. */
export const LOG_CHANNEL = "latchkey_events";

export type FollowObserver = {
  /** Something may have been appended. */
  readonly onWake: () => void;
  /** The connection was lost. Called once, unless it was closed from here. */
  readonly onLost: () => void;
};

export type LogLink = {
  /** Whether `onWake` is called for changes of other processes; otherwise the log must be polled. */
  readonly isWoken: boolean;
  /** Throws, or loses the connection, if it no longer works. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
};

/** The usage of one pool of connections. */
export type PoolUse = {
  readonly pool: string;
  /** Lent, or being opened. */
  readonly inUse: number;
  readonly idle: number;
  /** Borrowers that wait for one. */
  readonly waiting: number;
  readonly max: number;
};

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
