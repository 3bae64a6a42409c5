import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { freePort } from "@latchkey/testing/free-port";
import { until } from "@latchkey/testing/until";

// A real PgBouncer, where the machine has one (Debian's package pgbouncer).

export const hasPgBouncer = spawnSync("pgbouncer", ["--version"]).status === 0;

export type PgBouncer = { readonly url: string; readonly stop: () => Promise<void> };

/** Connections to PostgreSQL, for all clients but those of session mode. */
export const POOL_SIZE = 5;

export type PoolMode = "session" | "transaction" | "statement";

/** @param to the URL of a database; its password is kept in a file that ends with the pooler */
export async function startPgBouncer(
  to: string,
  poolMode: PoolMode = "transaction",
): Promise<PgBouncer> {
  const target = new URL(to);
  const folder = await mkdtemp(join(tmpdir(), "latchkey-pgbouncer-"));
  const port = await freePort();
  const database = target.pathname.slice(1);
  const users = join(folder, "users.txt");
  const config = join(folder, "pgbouncer.ini");
  await writeFile(users, `"${target.username}" "${target.password}"\n`);
  await writeFile(
    config,
    `[databases]
${database} = host=${target.hostname} port=${target.port} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = ${poolMode}
default_pool_size = ${poolMode === "session" ? 100 : POOL_SIZE}
logfile =
`,
  );
  // It refuses to run as root, and must then read what root has written.
  const isRoot = userInfo().uid === 0;
  for (const path of isRoot ? [folder, users, config] : []) await chmod(path, 0o755);
  const child = spawn("pgbouncer", [...(isRoot ? ["-u", "nobody"] : []), config], {
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  await until(() => accepts(port));
  const url = new URL(to);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    stop: async () => {
      child.kill("SIGKILL");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
