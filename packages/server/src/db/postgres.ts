import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import type { Database, OpenDatabase } from "./database.ts";
import { openConnection } from "./postgres-connection.ts";
import { listenToLog, neverWoken } from "./postgres-listen.ts";
import { postgresPool } from "./postgres-pool.ts";
import { isOfDatabase, refusalOf } from "./postgres-refusal.ts";
import { drizzleOver } from "./postgres-session.ts";
import { readPostgresUrl, warningOf } from "./postgres-url.ts";

/** Any number that no other program uses as an advisory lock: "latchkey" in a 64-bit integer. */
const PREPARE_LOCK = sql.raw("x'6c617463686b6579'::bigint");

/** No read here takes a second on a million keys; a client waits this long before it sees an outage. */
const STATEMENT_MS = 5000;
/** A change may wait 5 s for a lock before it fails as `busy`, and must still be told so. */
const CHANGE_MS = 10_000;
const CONNECT_MS = 5000;
/** A migration of a large table takes its time. */
const PREPARE_MS = 10 * 60_000;
/** A check that has to wait longer is better told to try again. */
const LOOKUP_MS = 2000;
/** Enough to keep one query under way while the answer of another is read. */
const LOOKUP_CONNECTIONS = 2;
/** The database gives up soon after us. */
const GREETING = "set statement_timeout = '15s'";
const PREPARE_GREETING = "set lock_timeout = '30s'";

export type PostgresOptions = {
  /** Is told a sentence about a URL that is accepted but unwise. */
  readonly onWarning?: (sentence: string) => void;
  /** Where to LISTEN, if not at the same URL: a pooler in transaction mode lets nobody listen. */
  readonly listenUrl?: string | undefined;
  /** `poll`: looks at the log again and again instead of listening. */
  readonly feed?: "auto" | "poll";
};

/**
 * PostgreSQL by its URL, through a pool of `connections`. Everything it offers throws `Outage` in
 * bounded time when the database is away, and works again with its return.
 *
 * @throws StartRefused for a URL that does not hold or a database that does not let us in
 */
export async function openPostgres(
  url: string,
  connections = 10,
  { onWarning = () => {}, listenUrl = url, feed = "auto" }: PostgresOptions = {},
): Promise<OpenDatabase> {
  const target = readPostgresUrl(url);
  const warning = warningOf(target);
  if (warning !== null) onWarning(warning);

  const listenTarget = readPostgresUrl(listenUrl);

  const connect = (greeting: string, until: number, onLost = (_isSilent: boolean) => {}) =>
    openConnection(target, { greeting, onLost }, Math.min(until, performance.now() + CONNECT_MS));
  const pool = postgresPool((onLost, until) => connect(GREETING, until, onLost), connections);
  const lookupPool = postgresPool(
    (onLost, until) => connect(GREETING, until, onLost),
    LOOKUP_CONNECTIONS,
  );
  const lookups = drizzleOver(lookupPool.lend, {
    statementMs: LOOKUP_MS,
    prepare: target.prepare,
  });
  const reads = drizzleOver(pool.lend, { statementMs: STATEMENT_MS });
  const changes = drizzleOver(pool.lend, { statementMs: STATEMENT_MS, transactionMs: CHANGE_MS });
  // The first connection shows whether the database can be used at all.
  await pool.lend(async () => {}, performance.now() + CONNECT_MS).catch(refuse);

  return {
    db: reads,
    lookups,
    pools: () => [
      { pool: "main", ...pool.use() },
      { pool: "lookups", ...lookupPool.use() },
    ],
    notifies: feed === "auto",
    followLog: feed === "poll" ? neverWoken : (told) => listenToLog(listenTarget, reads, told),
    change: (work) => changes.transaction(work),
    exclusively: async (work) => {
      // The advisory lock belongs to a connection, so the work must stay on that one.
      const single = await connect(PREPARE_GREETING, Number.POSITIVE_INFINITY).catch(refuse);
      const db = drizzleOver((use) => use(single), { statementMs: PREPARE_MS });
      try {
        return await prepareOn(db, work);
      } catch (error) {
        throw isOfDatabase(error) ? refusalOf(error) : error;
      } finally {
        single.end();
      }
    },
    migrateSchema: async (db, migrationsFolder) =>
      migrate(db as unknown as Parameters<typeof migrate>[0], { migrationsFolder }),
    assertWritable: async () => {},
    close: async () => {
      await Promise.all([pool.close(), lookupPool.close()]);
    },
  };
}

async function prepareOn<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  await db.execute(sql`select pg_advisory_lock(${PREPARE_LOCK})`);
  return work(db);
}

function refuse(error: unknown): never {
  throw refusalOf(error);
}
