import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { FollowObserver, LogLink } from "../store/port/log.ts";
import { type Database, LOG_CHANNEL } from "./database.ts";
import { openConnection } from "./postgres-connection.ts";
import type { PostgresTarget } from "./postgres-url.ts";
import type { Settings } from "./session-settings.ts";

// The connection that is notified of changes to the log. It only ever wakes a reader, which reads the log.

const CONNECT_MS = 2000;
/** How long the connection may take to answer before it counts as lost. */
const ANSWER_MS = 1000;
/** How long a notification of our own may take to arrive. */
const PROBE_MS = 1000;
const PROBE = "probe ";

/** For when there are no notifications. */
const UNWOKEN: LogLink = { isWoken: false, check: async () => {}, close: () => {} };

/**
 * Listens on a connection of its own. If notifications don't arrive, as behind a pooler in transaction mode or
 * on an engine without them, `isWoken` is false.
 *
 * @param notify another connection to the same database, to send a notification by
 * @throws Error of the socket or the engine, if it can't be reached
 */
export async function listenToLog(
  target: PostgresTarget,
  settings: Settings,
  notify: Database,
  { onWake, onLost }: FollowObserver,
): Promise<LogLink> {
  const probe = PROBE + randomUUID();
  const { promise: probed, resolve: settle } = Promise.withResolvers<boolean>();
  let isClosed = false;
  const connection = await openConnection(
    target,
    {
      settings,
      onLost: () => {
        settle(false);
        if (!isClosed) onLost();
      },
      onNotify: (_, payload) => {
        if (payload === probe) settle(true);
        else if (!payload.startsWith(PROBE)) onWake();
      },
    },
    performance.now() + CONNECT_MS,
  );
  const ask = async (statement: string) => {
    await connection.run((client) => client.unsafe(statement), performance.now() + ANSWER_MS);
  };
  const close = () => {
    isClosed = true;
    connection.end();
  };
  try {
    await ask(`listen ${LOG_CHANNEL}`);
    await notify.execute(sql`select pg_notify(${LOG_CHANNEL}, ${probe})`);
    const timer = setTimeout(() => settle(false), PROBE_MS);
    const isWoken = await probed;
    clearTimeout(timer);
    if (isWoken) return { isWoken, check: () => ask("select 1"), close };
  } catch (error) {
    // An engine without LISTEN reports an error; a lost connection is another matter.
    if (connection.lost() !== null) throw error;
  }
  const lost = connection.lost();
  close();
  if (lost !== null) throw lost;
  return UNWOKEN;
}

/** For a server that polls. */
export const neverWoken = async (): Promise<LogLink> => UNWOKEN;
