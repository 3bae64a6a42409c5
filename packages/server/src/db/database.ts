import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** Drizzle on either engine. */
export type Database = PgDatabase<PgQueryResultHKT>;

/** An open engine. Whoever opens one closes it. */
export type OpenDatabase = {
  readonly db: Database;
  /**
   * One transaction that changes something. Throws `Outage` `outcome_unknown` where the commit may have
   * happened though its answer never came.
   */
  readonly change: <T>(work: (tx: Database) => Promise<T>) => Promise<T>;
  /** Runs `work` while no other process prepares this database. */
  readonly exclusively: <T>(work: (db: Database) => Promise<T>) => Promise<T>;
  readonly migrateSchema: (db: Database, migrationsFolder: string) => Promise<void>;
  /** Throws `Outage` where a change could not be kept. */
  readonly assertWritable: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The rows of a raw query: an array from postgres.js, `{ rows }` from PGlite. */
export async function queryRows<Row>(db: Database, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query);
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
}
