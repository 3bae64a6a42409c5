import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { Outage, storageFault } from "../faults/outage.ts";
import type { Database } from "./database.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import type { Lend } from "./postgres-pool.ts";
import { type Settings, setAll } from "./session-settings.ts";

/** The time allowed from the call to the answer, including the wait for a connection. */
export type Limits = {
  readonly statementMs: number;
  /** For a whole transaction. By default each of its statements has `statementMs`. */
  readonly transactionMs?: number;
  /** Settings of each transaction, in addition to those of the session. */
  readonly settings?: Settings;
  /** For a few read-only statements that are sent very often. */
  readonly lookups?: {
    /** Whether statements are prepared; by default unless there is a pooler in between. */
    readonly prepare: boolean | undefined;
  };
};

const ROLLBACK_MS = 2000;

type Statement = Parameters<postgres.Sql["unsafe"]>;
type Work<T> = (client: postgres.Sql, connection: PostgresConnection) => PromiseLike<T>;
type Run = <T>(work: Work<T>) => Promise<T>;

/** Drizzle on lent connections: the part of a postgres.js client that it uses. */
export function drizzleOver(
  lend: Lend,
  { statementMs, transactionMs, settings = {}, lookups }: Limits,
): Database {
  const soon = () => performance.now() + statementMs;
  const client = {
    // For Drizzle to fill; every connection has its own.
    options: { parsers: {}, serializers: {} },
    unsafe: statements((work) => {
      const until = soon();
      return new Promise((resolve, reject) => {
        // A read need not wait until its transaction ends.
        const onAnswer = lookups === undefined ? () => {} : resolve;
        lend(async (connection) => {
          resolve(await single(connection, work, until, onAnswer));
        }, until).catch(reject);
      });
    }, lookups),
    begin: <T>(work: (tx: unknown) => Promise<T>): Promise<T> => {
      if (transactionMs === undefined) {
        return lend((connection) => transaction(connection, work, settings, soon), soon());
      }
      const until = performance.now() + transactionMs;
      return lend(
        (connection) => transaction(connection, work, settings, () => until, until),
        until,
      );
    },
  };
  return drizzle(client as unknown as postgres.Sql, {
    casing: "snake_case",
  });
}

/** A single statement, which behind a pooler has a transaction all the same. */
async function single<T>(
  connection: PostgresConnection,
  work: Work<T>,
  until: number,
  onAnswer: (answer: T) => void,
): Promise<T> {
  if (!connection.isPooled) {
    return connection.run((client) => work(client, connection), until);
  }
  let answer: T;
  try {
    answer = await connection.run(async (client) => {
      // Sent together, so that BEGIN costs no round trip.
      const both = [begin(client, connection.begin), work(client, connection)] as const;
      return (await Promise.all(both))[1];
    }, until);
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
  onAnswer(answer);
  await connection.run((client) => client.unsafe("commit"), until);
  return answer;
}

/**
 * Runs `work` between BEGIN and COMMIT; each statement has until `soon()`, the whole until `end`.
 *
 * @throws Outage `outcome_unknown` if the connection is lost once COMMIT may be on its way; before that
 *   `unreachable`, and nothing has happened
 */
async function transaction<T>(
  connection: PostgresConnection,
  work: (tx: unknown) => Promise<T>,
  settings: Settings,
  soon: () => number,
  end = Number.POSITIVE_INFINITY,
): Promise<T> {
  let isOver = false;
  const run: Run = (send) =>
    isOver
      ? Promise.reject(new Error("this transaction is over"))
      : connection.run((client) => send(client, connection), soon());
  let value: T;
  try {
    await run((client) => begin(client, `${connection.begin};${setAll(settings, "local")}`));
    value = await connection.run(() => work({ unsafe: statements(run) }), end);
  } catch (error) {
    isOver = true;
    await rollBack(connection);
    throw error;
  }
  isOver = true;
  const lost = connection.lost();
  if (lost !== null) throw lost;
  await commit(connection, soon());
  return value;
}

async function begin(client: postgres.Sql, text: string): Promise<void> {
  try {
    await client.unsafe(text);
  } catch (error) {
    // A standby refuses read-write transactions.
    if (storageFault(error).code !== "0A000") throw error;
    throw new Outage("read_only", { cause: error });
  }
}

async function commit(connection: PostgresConnection, until: number): Promise<void> {
  const warnings = connection.warnings();
  try {
    const { command } = await connection.run((client) => client.unsafe("commit"), until);
    // PostgreSQL answers so if a statement failed and the error was ignored.
    if (command === "ROLLBACK")
      throw new Error("a failed statement of the transaction was ignored");
  } catch (error) {
    if (connection.lost() === null) throw error;
    throw new Outage("outcome_unknown", { cause: error });
  }
  // PostgreSQL warns so when it stopped waiting for the standby: a failover loses what that lacks.
  if (connection.warnings() > warnings) throw new Outage("outcome_unknown");
}

/** Leaves the connection ready for the next borrower, or lost. */
async function rollBack(connection: PostgresConnection): Promise<void> {
  if (connection.lost() !== null) return;
  const until = performance.now() + ROLLBACK_MS;
  await connection.run((client) => client.unsafe("rollback"), until).catch(connection.cut);
}

/** `client.unsafe` as Drizzle calls it: it asks for rows as arrays right afterwards. */
function statements(run: Run, lookups?: Limits["lookups"]) {
  return (...[text, parameters, options]: Statement) => {
    let asArrays = false;
    const answer = Promise.resolve().then(() =>
      run<unknown>((client, { isPooled }) => {
        const keepsPlan = lookups !== undefined && (lookups.prepare ?? !isPooled);
        const prepare = keepsPlan && options?.prepare === true;
        const query = client.unsafe(text, parameters, { ...options, prepare });
        return asArrays ? query.values() : query;
      }),
    );
    const values = () => {
      asArrays = true;
      return answer;
    };
    return Object.assign(answer, { values });
  };
}
