import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { Outage } from "../faults/outage.ts";
import { readBytea } from "./columns.ts";
import { connectSocket, socketError } from "./postgres-socket.ts";
import type { PostgresTarget } from "./postgres-url.ts";
import { type Settings, setAll, TEXT_FORMS } from "./session-settings.ts";

/** The protocol's Terminate. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);
const GOODBYE_MS = 1000;

/** One connection for one borrower at a time. Once it is lost it stays lost. */
export type PostgresConnection = {
  /**
   * Waits for `work`, which speaks through `client`, until the instant `until` of `performance.now()`
   * (for ever if infinite). Then, or when the connection is lost, it throws `Outage` at once, and the
   * connection is gone.
   */
  readonly run: <T>(work: (client: postgres.Sql) => PromiseLike<T>, until: number) => Promise<T>;
  /** The fault by which it was lost, else `null`. */
  readonly lost: () => Outage | null;
  /** Ends it now, whatever is under way. */
  readonly cut: () => void;
  /** Says goodbye. Only for one that nobody uses. */
  readonly end: () => void;
  readonly openedAt: number;
  /**
   * Whether a pooler may give every transaction another session behind it. Then nothing that is set
   * holds for longer than a transaction, and a statement of its own needs one too.
   */
  readonly isPooled: boolean;
  /** SQL that begins a READ COMMITTED transaction in which every setting is ours. */
  readonly begin: string;
  /** How many warnings came so far. */
  readonly warnings: () => number;
};

export type ConnectionOptions = {
  readonly settings: Settings;
  /** Told once; `isSilent` if no answer came in time, rather than an end. */
  readonly onLost: (isSilent: boolean) => void;
  /** Told of each notification on a channel that this connection listens to. */
  readonly onNotify?: (channel: string, payload: string) => void;
};

/**
 * Opens a connection and signs in.
 *
 * postgres.js speaks the protocol here, on a socket that is ours; it is not let reconnect. After a loss
 * its pool may write to a socket that is no more and thereby end the process (porsager/postgres #1208),
 * or leave what one transaction had still to say to the next. So it never learns of a loss: its client
 * is dropped, and whoever waits is told by us. docs/adr/0012-connections-to-postgresql.md tells more.
 *
 * @throws Error of the socket or a PostgresError, each with its `code`
 */
export async function openConnection(
  target: PostgresTarget,
  { settings, onLost, onNotify = () => {} }: ConnectionOptions,
  until: number,
): Promise<PostgresConnection> {
  const socket = await connectSocket(target, Math.max(0, until - performance.now()));
  const waiting = new Set<(fault: Outage) => void>();
  let fault: Outage | null = null;

  const lose = (cause: unknown, isSilent = false) => {
    if (fault !== null) return;
    fault = new Outage("unreachable", { cause });
    socket.destroy();
    for (const reject of waiting) reject(fault);
    waiting.clear();
    onLost(isSilent);
  };
  // Before postgres.js hears of it.
  socket.on("error", (error) => lose(error));
  for (const event of ["end", "close"]) {
    socket.on(event, () => lose(socketError("ECONNRESET")));
  }
  const ownCloseListeners = socket.listeners("close");
  let warnings = 0;
  const onNotice = ({ severity }: postgres.Notice) => {
    if (severity === "WARNING") warnings += 1;
  };
  const client = speakOver(socket, target, onNotify, onNotice);

  const run = <T>(work: (sql: postgres.Sql) => PromiseLike<T>, before: number): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (fault !== null) return reject(fault);
      const tooLate = () => lose(socketError("ETIMEDOUT"), true);
      const timer = Number.isFinite(before)
        ? setTimeout(tooLate, Math.max(0, before - performance.now()))
        : undefined;
      const fail = (error: Error) => {
        clearTimeout(timer);
        waiting.delete(fail);
        reject(error);
      };
      waiting.add(fail);
      work(client).then((answer) => {
        clearTimeout(timer);
        waiting.delete(fail);
        resolve(answer);
      }, fail);
    });

  let isPooled: boolean;
  try {
    const answer = await run((sql) => sql.unsafe("select pg_backend_pid() as pid"), until);
    // A pooler gives its clients a process id of its own.
    isPooled = answer[0]?.["pid"] !== answer.state.pid;
    if (!isPooled) await run((sql) => sql.unsafe(setAll(settings, "session")), until);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  for (const listener of socket.listeners("close")) {
    if (!ownCloseListeners.includes(listener)) socket.off("close", listener as () => void);
  }
  return {
    run,
    lost: () => fault,
    cut: () => lose(new Error("the connection was given up")),
    end: () => {
      fault ??= new Outage("unreachable");
      socket.end(TERMINATE);
      // A database that is away takes no goodbye.
      setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
    },
    openedAt: performance.now(),
    isPooled,
    begin: isPooled
      ? `begin isolation level read committed, read write, not deferrable;${setAll(settings, "local")}`
      : "begin isolation level read committed",
    warnings: () => warnings,
  };
}

function speakOver(
  socket: object,
  target: PostgresTarget,
  onnotify: NonNullable<ConnectionOptions["onNotify"]>,
  onnotice: (notice: postgres.Notice) => void,
): postgres.Sql {
  const { host, port, user, password, database, applicationName } = target;
  let isTaken = false;
  const options = {
    host,
    port,
    user,
    database,
    // An empty one would make it look into the environment.
    password: () => password,
    max: 1,
    ssl: false,
    // Drizzle reads arrays itself; and lost in this query of its own, postgres.js ends the process too.
    fetch_types: false,
    // All time is kept by `run`.
    connect_timeout: 0,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice,
    onnotify,
    // No more than what poolers let through, and keep for each of their clients.
    connection: {
      application_name: applicationName,
      client_encoding: TEXT_FORMS.client_encoding,
      DateStyle: TEXT_FORMS.datestyle,
      TimeZone: TEXT_FORMS.timezone,
    },
    socket: () => {
      if (isTaken) throw new Error("a connection is not opened twice");
      isTaken = true;
      return socket;
    },
  };
  const client = postgres(options);
  // Drizzle makes its client leave dates and JSON to it.
  drizzle(client);
  // postgres.js would take any text for hex.
  client.options.parsers[17] = readBytea;
  return client;
}
