import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Drizzle on either engine. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** Changes notify it at their commit. Listeners are only woken by it; what happened stands in `events`. */
export const LOG_CHANNEL = "latchkey_events";

export type FollowObserver = {
  /** Something may have been appended. */
  readonly onWake: () => void;
  /** The link is no more. Told once, unless it was closed from here. */
  readonly onLost: () => void;
};

export type LogLink = {
  /** Whether `onWake` is told of what other processes append; else somebody must look. */
  readonly isWoken: boolean;
  /** Throws, or loses the link, where it no longer works. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
};

/** How the connections of one pool are doing. */
export type PoolUse = {
  readonly pool: string;
  /** Lent, or being opened. */
  readonly inUse: number;
  readonly idle: number;
  /** Borrowers that wait for one. */
  readonly waiting: number;
  readonly max: number;
};

/** An open engine. Whoever opens one closes it. */
export type OpenDatabase = {
  readonly db: Database;
  /**
   * One transaction that changes something. Throws `Outage` `outcome_unknown` where the commit may have
   * happened though its answer never came.
   */
  readonly change: <T>(work: (tx: Database) => Promise<T>) => Promise<T>;
  /** For the short reads of checks alone, so that slow lists can't keep them waiting. */
  readonly lookups: Database;
  /** Runs `work` in one transaction, while no other process prepares this database. */
  readonly exclusively: <T>(work: (db: Database) => Promise<T>) => Promise<T>;
  /** Whether a change notifies `LOG_CHANNEL`; not every engine can. */
  readonly notifies: boolean;
  /** Hears of changes to the log, for as long as the link holds. */
  readonly followLog: (observer: FollowObserver) => Promise<LogLink>;
  /** None where nothing is pooled. */
  readonly pools: () => readonly PoolUse[];
  /** Throws `Outage` where a change could not be kept. */
  readonly assertWritable: () => Promise<void>;
  /** The same, where the database itself must be asked; changes find out as they go. */
  readonly probeWritable: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The rows of a raw query: an array from postgres.js, `{ rows }` from PGlite. */
export async function queryRows<Row>(db: Database, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query);
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
}
