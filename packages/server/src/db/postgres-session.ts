import { drizzle } from "drizzle-orm/postgres-js";
import type postgres from "postgres";
import { Outage } from "../store/outage.ts";
import type { Database } from "./database.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import type { Lend } from "./postgres-pool.ts";

/** How long may pass from the call to the answer, waiting for a connection included. */
export type Limits = {
  readonly statementMs: number;
  /** A whole transaction. Without it each of its statements has `statementMs`. */
  readonly transactionMs?: number;
};

const ROLLBACK_MS = 2000;

type Statement = Parameters<postgres.Sql["unsafe"]>;
type Run = <T>(work: (client: postgres.Sql) => PromiseLike<T>) => Promise<T>;

/** Drizzle on connections that are lent: the part of a postgres.js client that it uses. */
export function drizzleOver(lend: Lend, limits: Limits): Database {
  const client = {
    // For Drizzle to fill; every connection has its own.
    options: { parsers: {}, serializers: {} },
    unsafe: statements((work) => {
      const until = performance.now() + limits.statementMs;
      return lend((connection) => connection.run(work, until), until);
    }),
    begin: <T>(work: (tx: unknown) => Promise<T>): Promise<T> => {
      const until = performance.now() + (limits.transactionMs ?? limits.statementMs);
      return lend((connection) => transaction(connection, work, limits), until);
    },
  };
  return drizzle(client as unknown as postgres.Sql, { casing: "snake_case" }) as unknown as Database;
}

/**
 * `work` between BEGIN and COMMIT.
 *
 * @throws Outage `outcome_unknown` if the connection is lost once COMMIT may be on its way; before that
 *   `unreachable`, and nothing has happened
 */
async function transaction<T>(
  connection: PostgresConnection,
  work: (tx: unknown) => Promise<T>,
  { statementMs, transactionMs }: Limits,
): Promise<T> {
  const end = transactionMs === undefined ? Infinity : performance.now() + transactionMs;
  let isOver = false;
  const run: Run = (send) => {
    if (isOver) return Promise.reject(new Error("the transaction is over"));
    return connection.run(send, Math.min(end, performance.now() + (transactionMs ?? statementMs)));
  };
  await run((client) => client.unsafe("begin"));
  let value: T;
  try {
    value = await connection.run(() => work({ unsafe: statements(run) }), end);
  } catch (error) {
    isOver = true;
    await rollBack(connection);
    throw error;
  }
  isOver = true;
  const lost = connection.lost();
  if (lost !== null) throw lost;
  await commit(connection, Math.min(end, performance.now() + (transactionMs ?? statementMs)));
  return value;
}
