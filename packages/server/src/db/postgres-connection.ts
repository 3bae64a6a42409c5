import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { Outage } from "../faults/outage.ts";
import { readBytea } from "./columns.ts";
import { connectSocket, socketError } from "./postgres-socket.ts";
import type { PostgresTarget } from "./postgres-url.ts";
import { type Settings, setAll, TEXT_FORMS } from "./session-settings.ts";

/** The protocol's Terminate message. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);
const GOODBYE_MS = 1000;

/** One connection for one borrower at a time. Once it is lost it stays lost. */
export type PostgresConnection = {
  /**
   * Waits for `work`, which sends through `client`, until the instant `until` of `performance.now()` (forever
   * if infinite). Then, or when the connection is lost, it throws `Outage` at once, and the connection is
   * closed.
   */
  readonly run: <T>(work: (client: postgres.Sql) => PromiseLike<T>, until: number) => Promise<T>;
  /** The fault that lost it, or `null`. */
  readonly lost: () => Outage | null;
  /** Closes it now, whatever is under way. */
  readonly cut: () => void;
  /** Sends Terminate. Only for an idle connection. */
  readonly end: () => void;
  readonly openedAt: number;
  /**
   * Whether a pooler may give every transaction another session. Then settings last for one transaction at
   * most, and a single statement needs a transaction too.
   */
  readonly isPooled: boolean;
  /** SQL that begins a READ COMMITTED transaction with all of our settings. */
  readonly begin: string;
  /** How many warnings were received so far. */
  readonly warnings: () => number;
};

export type ConnectionOptions = {
  readonly settings: Settings;
  /** Called once; `isSilent` if no answer came in time, rather than a close. */
  readonly onLost: (isSilent: boolean) => void;
  /** Called for each notification on a channel that this connection listens to. */
  readonly onNotify?: (channel: string, payload: string) => void;
};

/**
 * Opens a connection and signs in.
 *
 * postgres.js speaks the protocol here, on a socket of ours; it never reconnects. After a loss its pool may
 * write to a closed socket and thereby end the process (porsager/postgres #1208), or send what one transaction
 * still had queued to the next. So it is never notified of a loss: its client is dropped, and we reject the
 * waiting calls. See docs/adr/0012-connections-to-postgresql.md.
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
  // Before postgres.js is notified.
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
      // A lost database gets no Terminate.
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
    // With an empty one it would read the environment.
    password: () => password.reveal(),
    max: 1,
    ssl: false,
    // Drizzle reads arrays itself; and if lost in this query of its own, postgres.js ends the process too.
    fetch_types: false,
    // `run` enforces all timeouts.
    connect_timeout: 0,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice,
    onnotify,
    // Only what poolers accept, and keep for each client.
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
  // Drizzle configures its client to leave dates and JSON to it.
  drizzle(client);
  // postgres.js would treat any text as hex.
  client.options.parsers[17] = readBytea;
  return client;
}
