import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { COMMIT } from "@latchkey/testing/database/database-link";
import { createDatabase } from "@latchkey/testing/database/engines";
import { install, startServices } from "./installation.ts";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";

/** A road to PostgreSQL that breaks once a `commit` has gone through, before its answer comes back. */
async function fragileLink(to: URL) {
  const origin = { breaks: false };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    let silent = false;
    near.on("data", (chunk) => {
      silent ||= origin.breaks && chunk.includes(COMMIT);
      far.write(chunk);
    });
    far.on("data", (chunk) => (silent ? near.destroy() : near.write(chunk)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => other.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  };
  return { origin, url: url.href, close };
}

describe("a lost connection (PostgreSQL)", () => {
  test("a change whose commit got no answer is told as one that may have happened", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    const database = await createDatabase({ migrated: true });
    const { origin, url, close } = await fragileLink(new URL(database.url));
    const open = await openPostgres(url, 1);
    try {
      const services = await startServices(open, folder);
      const latchkey = await install({ ...open, query: async () => [] }, services);
      origin.breaks = true;
      const { status, body } = await latchkey.post(latchkey.admin, "keys.create", {
        title: "Lost",
      });
      expect({ status, data: JSON.parse(body).error.data }).toMatchObject({
        status: 503,
        data: { reason: "UNAVAILABLE", why: "outcome_unknown" },
      });
      origin.breaks = false;
      // This one did happen, all of it.
      const { keys, events } = latchkey.clientOf(latchkey.admin);
      expect(await keys.list.query()).toMatchObject({ total: 1, items: [{ title: "Lost" }] });
      expect(await events.verify.query()).toMatchObject({ firstBadSeq: null, head: { seq: 1 } });
    } finally {
      await open.close();
      await close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("a standby that never confirms (PostgreSQL)", () => {
  test("a change whose wait for it was cancelled is told as one that may have happened", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    const postgres = await startRestartablePostgres();
    const admin = rawPostgres(postgres.url);
    // Who hears of errors alone does not hear that the standby has nothing of it.
    await admin.unsafe("alter role postgres set client_min_messages = 'error'");
    const open = await openPostgres(postgres.url, 1);
    try {
      const services = await startServices(open, folder);
      const latchkey = await install({ ...open, query: async () => [] }, services);
      const create = (title: string) => latchkey.post(latchkey.admin, "keys.create", { title });
      await admin.unsafe("set synchronous_commit = 'local'");
      const requireStandby = async (name: string) => {
        await admin.unsafe(`alter system set synchronous_standby_names = '${name}'`);
        await admin`select pg_reload_conf()`;
      };
      await requireStandby("nobody");
      let created = 0;
      let isStopping = false;
      const [{ status, body }] = await Promise.all([
        // From some moment on commits wait.
        until(async () => {
          created += 1;
          const answer = await create("Alone");
          isStopping = answer.status !== 200;
          return isStopping && answer;
        }),
        until(async () => {
          await admin`select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`;
          return isStopping;
        }),
      ]);
      expect({ status, data: JSON.parse(body).error.data }).toMatchObject({
        status: 503,
        data: { reason: "UNAVAILABLE", why: "outcome_unknown" },
      });
      await requireStandby("");
      // Here the change did happen, and the connection is as good as before.
      const { keys } = latchkey.clientOf(latchkey.admin);
      expect(await keys.list.query()).toMatchObject({ total: created });
      await services.close();
    } finally {
      await open.close();
      await admin.end();
      await postgres.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
