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
  /** Whether the server keeps the plan of each statement: for a few statements, asked very often. */
  readonly prepare?: boolean;
};

const ROLLBACK_MS = 2000;

type Statement = Parameters<postgres.Sql["unsafe"]>;
type Run = <T>(work: (client: postgres.Sql) => PromiseLike<T>) => Promise<T>;

/** Drizzle on connections that are lent: the part of a postgres.js client that it uses. */
export function drizzleOver(
  lend: Lend,
  { statementMs, transactionMs, prepare = false }: Limits,
): Database {
  const soon = () => performance.now() + statementMs;
  const client = {
    // For Drizzle to fill; every connection has its own.
    options: { parsers: {}, serializers: {} },
    unsafe: statements((work) => {
      const until = soon();
      return lend((connection) => connection.run(work, until), until);
    }, prepare),
    begin: <T>(work: (tx: unknown) => Promise<T>): Promise<T> => {
      if (transactionMs === undefined) {
        return lend((connection) => transaction(connection, work, soon), soon());
      }
      const until = performance.now() + transactionMs;
      return lend((connection) => transaction(connection, work, () => until, until), until);
    },
  };
  return drizzle(client as unknown as postgres.Sql, {
    casing: "snake_case",
  });
}

/**
 * `work` between BEGIN and COMMIT; each statement has until `soon()`, the whole of it until `end`.
 *
 * @throws Outage `outcome_unknown` if the connection is lost once COMMIT may be on its way; before that
 *   `unreachable`, and nothing has happened
 */
async function transaction<T>(
  connection: PostgresConnection,
  work: (tx: unknown) => Promise<T>,
  soon: () => number,
  end = Number.POSITIVE_INFINITY,
): Promise<T> {
  let isOver = false;
  const run: Run = (send) =>
    isOver ? Promise.reject(new Error("this transaction is over")) : connection.run(send, soon());
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
  await commit(connection, soon());
  return value;
}

async function commit(connection: PostgresConnection, until: number): Promise<void> {
  try {
    const { command } = await connection.run((client) => client.unsafe("commit"), until);
    // So PostgreSQL answers where a statement failed and nobody minded.
    if (command === "ROLLBACK")
      throw new Error("a failed statement of the transaction was ignored");
  } catch (error) {
    if (connection.lost() === null) throw error;
    throw new Outage("outcome_unknown", { cause: error });
  }
}

/** Leaves the connection fit for the next, or lost. */
async function rollBack(connection: PostgresConnection): Promise<void> {
  if (connection.lost() !== null) return;
  const until = performance.now() + ROLLBACK_MS;
  await connection.run((client) => client.unsafe("rollback"), until).catch(connection.cut);
}

/** `client.unsafe` as Drizzle calls it: whether it wants rows as arrays it says right afterwards. */
function statements(run: Run, prepare = false) {
  return (...[text, parameters, options]: Statement) => {
    let asArrays = false;
    const answer = Promise.resolve().then(() =>
      run<unknown>((client) => {
        const query = client.unsafe(text, parameters, prepare ? { prepare, ...options } : options);
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
