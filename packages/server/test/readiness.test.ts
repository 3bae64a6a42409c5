import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "@latchkey/client";
import { openPostgres } from "../src/db/postgres.ts";
import { httpApp } from "../src/http/app.ts";
import { operatorOf } from "../src/start/operator.ts";
import { ORIGIN, startServices } from "./installation.ts";
import { listenInTest } from "./listener.ts";
import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";

// What a server says of itself while its PostgreSQL becomes a standby, and is the primary again.

test("a database that takes no changes degrades a server, and one that is away makes it unready", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-ready-"));
  const postgres = await startRestartablePostgres();
  const open = await openPostgres(postgres.url, 4);
  const services = await startServices(open, folder);
  onTestFinished(async () => {
    await services.close();
    await open.close();
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const { url, metricsUrl } = await listenInTest(services, {
    metrics: { host: "127.0.0.1", port: 0 },
  });
  const ready = async () => {
    const response = await fetch(`${url}/readyz`);
    return { status: response.status, body: (await response.json()) as object };
  };
  const isReadyAs = (status: number, body: object) =>
    until(async () => {
      const now = await ready();
      return now.status === status && JSON.stringify(now.body) === JSON.stringify(body);
    });
  const degradedBy = async () => {
    const text = await (await fetch(String(metricsUrl))).text();
    return Array.from(text.matchAll(/^latchkey_degraded\{why="(\w+)"\} 1$/gm), ([, why]) => why);
  };
  const operator = await operatorOf(services, "process");
  const app = httpApp({ services, identify: async () => operator, onDefect: () => {} });
  const { keys } = createClient({ url: ORIGIN, fetch: async (request) => app.fetch(request) });
  const { token } = await keys.create.mutate({ title: "Shop" });
  await isReadyAs(200, { ok: true });
  expect(await degradedBy()).toEqual([]);

  await postgres.kill();
  await isReadyAs(503, { ok: false });
  expect(await degradedBy()).toContain("unreachable");

  const { promoted } = await postgres.startAsStandby();
  const degraded = { ok: true, degraded: true, reads: true, changes: false, follows: true };
  await isReadyAs(200, { ...degraded, why: ["read_only"] });
  expect(await degradedBy()).toEqual(["read_only"]);
  await expect(keys.create.mutate({ title: "More" })).rejects.toMatchObject({
    data: { httpStatus: 503, reason: "UNAVAILABLE", why: "read_only" },
  });
  expect(await keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });

  await open.db.execute(sql`select pg_promote()`);
  await promoted;
  await isReadyAs(200, { ok: true });
  expect(await keys.create.mutate({ title: "More" })).toMatchObject({ key: { title: "More" } });
});

test("a log that can't be followed degrades a server, which goes on to answer", async () => {
  const head = { seq: 0, mac: new Uint8Array(32), at: new Date() };
  let state: "live" | "down" = "live";
  let beatAt = performance.now();
  const services = {
    store: { readHead: async () => head, probeWritable: async () => {} },
    feed: { state: () => state, lastBeatAt: () => beatAt },
  };
  const app = httpApp({
    services: services as never,
    identify: async () => null,
    onDefect: () => {},
  });
  const ready = async () => (await app.fetch(new Request(`${ORIGIN}/readyz`))).json();
  expect(await ready()).toEqual({ ok: true });
  const degraded = { ok: true, degraded: true, reads: true, changes: true, follows: false };
  state = "down";
  expect(await ready()).toEqual({ ...degraded, why: ["not_followed"] });
  state = "live";
  beatAt -= 6000;
  expect(await ready()).toEqual({ ...degraded, why: ["not_followed"] });
});
