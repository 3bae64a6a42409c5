import { setTimeout as sleep } from "node:timers/promises";
import { Outage } from "../faults/outage.ts";
import type { PoolUse } from "../store/port/pool-use.ts";
import type { ConnectionOptions, PostgresConnection } from "./postgres-connection.ts";

/** A connection is replaced at this age, to use a balancer's new servers and a rotated password. */
const MAX_AGE_MS = 30 * 60_000;
const CLOSE_MS = 5000;

type Open = (onLost: ConnectionOptions["onLost"], until: number) => Promise<PostgresConnection>;
/** Receives a connection, or `null` for the right to open one. */
type Waiter = (connection: PostgresConnection | null) => void;

/** Lends `connection` exclusively to `work`. Throws `Outage` if none is free before `until`. */
export type Lend = <T>(
  work: (connection: PostgresConnection) => Promise<T>,
  until: number,
) => Promise<T>;

/**
 * Up to `max` connections, each opened on demand. Nothing is retried here: when the database is unreachable
 * every borrower finds out by an attempt of its own, and the first one after its return succeeds.
 */
export function postgresPool(
  open: Open,
  max: number,
): {
  readonly lend: Lend;
  readonly use: () => Omit<PoolUse, "pool">;
  readonly close: () => Promise<void>;
} {
  const all = new Set<PostgresConnection>();
  const waiters = new Set<Waiter>();
  let idle: PostgresConnection[] = [];
  let places = max;
  let isClosed = false;

  const vacate = () => {
    if (!offer(null)) places += 1;
  };
  const offer = (connection: PostgresConnection | null): boolean => {
    const [next] = waiters;
    if (next === undefined) return false;
    waiters.delete(next);
    next(connection);
    return true;
  };

  const acquire = async (until: number): Promise<PostgresConnection> => {
    const ready = idle.pop();
    if (ready !== undefined) return ready;
    if (places > 0) places -= 1;
    else {
      const given = await wait(until);
      if (given !== null) return given;
    }
    try {
      if (isClosed) throw new Error("the pool is closed");
      return await openOne(until);
    } catch (error) {
      vacate();
      throw error instanceof Outage ? error : new Outage("unreachable", { cause: error });
    }
  };

  const wait = (until: number): Promise<PostgresConnection | null> =>
    new Promise((resolve, reject) => {
      const waiter: Waiter = (connection) => {
        clearTimeout(timer);
        resolve(connection);
      };
      const timer = setTimeout(
        () => {
          waiters.delete(waiter);
          reject(new Outage("unreachable", { cause: new Error("no connection became free") }));
        },
        Math.max(0, until - performance.now()),
      );
      waiters.add(waiter);
    });

  const openOne = async (until: number): Promise<PostgresConnection> => {
    let opened: PostgresConnection | undefined;
    const onLost = (isSilent: boolean) => {
      if (opened !== undefined) all.delete(opened);
      const wasIdle = idle.some((connection) => connection === opened);
      idle = idle.filter((connection) => connection !== opened);
      if (wasIdle) vacate();
      // If one fell silent, the idle ones may be dead too.
      if (isSilent) for (const connection of idle.slice()) connection.cut();
    };
    opened = await open(onLost, until);
    all.add(opened);
    return opened;
  };

  const release = (connection: PostgresConnection) => {
    const isOld = performance.now() - connection.openedAt > MAX_AGE_MS;
    if (connection.lost() === null && !isClosed && !isOld) {
      if (!offer(connection)) idle.push(connection);
      return;
    }
    if (connection.lost() === null) connection.end();
    all.delete(connection);
    vacate();
  };

  return {
    lend: async (work, until) => {
      const connection = await acquire(until);
      try {
        return await work(connection);
      } finally {
        release(connection);
      }
    },
    use: () => ({
      inUse: max - places - idle.length,
      idle: idle.length,
      waiting: waiters.size,
      max,
    }),
    close: async () => {
      isClosed = true;
      for (const connection of idle.splice(0)) release(connection);
      const end = performance.now() + CLOSE_MS;
      while (all.size > 0 && performance.now() < end) await sleep(5);
      for (const connection of all) connection.cut();
    },
  };
}
