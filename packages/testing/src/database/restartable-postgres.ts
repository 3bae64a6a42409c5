import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free-port.ts";
import { until } from "../until.ts";

/** A PostgreSQL of its own, which a test may end and start as it likes. */
export type RestartablePostgres = {
  readonly url: string;
  /** Ends it at once, as a crash would (`pg_ctl stop -m immediate`). */
  readonly kill: () => Promise<void>;
  /** Until it accepts connections. */
  readonly start: () => Promise<void>;
  /** Starts it as a standby, which takes no changes; `promoted` is when it does, after `pg_promote`. */
  readonly startAsStandby: () => Promise<{ readonly promoted: Promise<void> }>;
  readonly remove: () => Promise<void>;
};

/**
 * @param options `durable`: a commit waits for the disk, as it does not in tests. `sharedBuffers`: how much
 *   PostgreSQL keeps in memory itself; its default of 128MB is for small machines
 */
export async function startRestartablePostgres({
  durable = false,
  sharedBuffers = "128MB",
}: {
  readonly durable?: boolean;
  readonly sharedBuffers?: string;
} = {}): Promise<RestartablePostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  const port = await freePort();
  const file = fileURLToPath(new URL("postgres-process.ts", import.meta.url));
  const settings = [`fsync=${durable ? "on" : "off"}`, `shared_buffers=${sharedBuffers}`];
  const child = fork(file, [databaseDir, String(port), ...settings], {
    execArgv: [],
    env: plainEnvironment(),
  });
  const died = once(child, "exit").then(() => ["PostgreSQL's process ended."]);
  const answer = async (wanted: string): Promise<void> => {
    const [word] = (await Promise.race([once(child, "message"), died])) as [string];
    if (word !== wanted) throw new Error(word);
  };
  const order = async (word: "start" | "stop") => {
    child.send(word);
    await answer("done");
  };
  const remove = async () => {
    await order("stop");
    await rm(databaseDir, { recursive: true, force: true });
  };
  await answer("ready");
  await order("start");
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    kill: async () => {
      const pidFile = await readFile(join(databaseDir, "postmaster.pid"), "utf8");
      const pid = Number(pidFile.split("\n")[0]);
      process.kill(pid, "SIGQUIT");
      await until(() => !isRunning(pid));
    },
    start: () => order("start"),
    startAsStandby: async () => {
      await writeFile(join(databaseDir, "standby.signal"), "");
      return { promoted: order("start") };
    },
    remove,
  };
}

/** Without what a test's process adds for itself. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: "" };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
