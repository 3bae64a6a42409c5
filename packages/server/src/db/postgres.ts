import { sql } from "drizzle-orm";
import { Outage } from "../faults/outage.ts";
import { type OpenDatabase, queryRows } from "./database.ts";
import { inspectPostgres } from "./inspect-postgres.ts";
import { openConnection } from "./postgres-connection.ts";
import { listenToLog, neverWoken } from "./postgres-listen.ts";
import { postgresPool } from "./postgres-pool.ts";
import { isOfDatabase, refusalOf } from "./postgres-refusal.ts";
import { drizzleOver } from "./postgres-session.ts";
import { readPostgresUrl, warningOf } from "./postgres-url.ts";
import { type Settings, sessionSettings, TEXT_FORMS } from "./session-settings.ts";

/** An advisory lock's number that no other program uses: "latchkey" in a 64-bit integer. */
const PREPARE_LOCK = sql.raw("x'6c617463686b6579'::bigint");

/** No read here takes a second on a million keys; this is how long a client waits before it sees an outage. */
const STATEMENT_MS = 5000;
/** A change may wait 5 s for a lock before it fails as `busy`, and must still get that answer. */
const CHANGE_MS = 10_000;
/** Migrating a large table takes time. */
const PREPARE_MS = 10 * 60_000;
/** A check that has to wait longer should rather be retried. */
const LOOKUP_MS = 2000;
/** Enough to have one query under way while the answer of another is read. */
const LOOKUP_CONNECTIONS = 2;
/** A client that vanished must not keep the head of the log locked. */
const CHANGE_SETTINGS = { lock_timeout: "5s", idle_in_transaction_session_timeout: "5s" };
const PREPARE_SETTINGS = { lock_timeout: "30s", statement_timeout: "0" };

export type PostgresOptions = {
  /** Called with a sentence about a URL that is accepted but unwise. */
  readonly onWarning?: (sentence: string) => void;
  /** Where to LISTEN, if not at the same URL: a pooler in transaction mode has no LISTEN. */
  readonly listenUrl?: string | undefined;
  /** `poll`: reads the log periodically instead of listening. */
  readonly feed?: "auto" | "poll";
};

/**
 * PostgreSQL by its URL, through a pool of `connections`. Everything it offers throws `Outage` in bounded time
 * while the database is unreachable, and works again when it is back.
 *
 * @throws StartRefused for an invalid URL or a database that refuses the connection
 */
export async function openPostgres(
  url: string,
  connections = 10,
  { onWarning = () => {}, listenUrl = url, feed = "auto" }: PostgresOptions = {},
): Promise<OpenDatabase> {
  const target = readPostgresUrl(url);
  const warning = warningOf(target);
  if (warning !== null) onWarning(warning);

  const listenTarget = readPostgresUrl(listenUrl, "LATCHKEY_LISTEN_URL");

  const connect = (settings: Settings, until: number, onLost = (_isSilent: boolean) => {}) =>
    openConnection(
      target,
      { settings, onLost },
      Math.min(until, performance.now() + target.connectMs),
    );
  const inspect = async () => {
    const until = performance.now() + target.connectMs;
    const connection = await connect(TEXT_FORMS, until);
    try {
      return await inspectPostgres(connection, target, until);
    } finally {
      connection.end();
    }
  };
  const settings = sessionSettings(target.settings, await inspect().catch(refuse));

  const pool = postgresPool((onLost, until) => connect(settings, until, onLost), connections);
  const lookupPool = postgresPool(
    (onLost, until) => connect(settings, until, onLost),
    LOOKUP_CONNECTIONS,
  );
  const lookups = drizzleOver(lookupPool.lend, {
    statementMs: LOOKUP_MS,
    lookups: { prepare: target.prepare },
  });
  const reads = drizzleOver(pool.lend, { statementMs: STATEMENT_MS });
  const changes = drizzleOver(pool.lend, {
    statementMs: STATEMENT_MS,
    transactionMs: CHANGE_MS,
    settings: CHANGE_SETTINGS,
  });

  return {
    db: reads,
    lookups,
    pools: () => [
      { pool: "main", ...pool.use() },
      { pool: "lookups", ...lookupPool.use() },
    ],
    notifies: feed === "auto",
    followLog:
      feed === "poll"
        ? neverWoken
        : (observer) => listenToLog(listenTarget, settings, reads, observer),
    change: (work) => changes.transaction(work),
    exclusively: async (work) => {
      const single = await connect(settings, Number.POSITIVE_INFINITY).catch(refuse);
      const db = drizzleOver((use) => use(single), {
        statementMs: PREPARE_MS,
        settings: PREPARE_SETTINGS,
      });
      try {
        return await db.transaction(async (tx) => {
          // It ends with the transaction: behind a pooler sessions are shared.
          await tx.execute(sql`select pg_advisory_xact_lock(${PREPARE_LOCK})`);
          return work(tx);
        });
      } catch (error) {
        throw isOfDatabase(error) ? refusalOf(error) : error;
      } finally {
        single.end();
      }
    },
    assertWritable: async () => {},
    probeWritable: async () => {
      const [row] = await queryRows<{ isOn: boolean }>(
        lookups,
        sql`select current_setting('transaction_read_only')::boolean as "isOn"`,
      );
      if (row?.isOn === true) throw new Outage("read_only");
    },
    close: async () => {
      await Promise.all([pool.close(), lookupPool.close()]);
    },
  };
}

function refuse(error: unknown): never {
  throw refusalOf(error);
}
