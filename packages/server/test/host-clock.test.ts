import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { type OpenDatabase, queryRows } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import type { Services } from "../src/services/services.ts";
import { verifyKey } from "../src/services/verify-key.ts";
import { createDatabase, type PostgresDatabase } from "./engines.ts";
import { type Installation, install, startServices } from "./installation.ts";
import { until } from "./until.ts";

// A server on a machine whose clock is set while it runs. Keys end, and are used, by the database's.

const HOUR_MS = 3_600_000;

let database: PostgresDatabase;
let folder: string;
let open: OpenDatabase;
let services: Services;
let latchkey: Installation;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  database = await createDatabase({ migrated: true });
  open = await openPostgres(database.url, 3);
  services = await startServices(open, folder);
  services.feed.start();
  await until(() => services.feed.state() === "live");
  const query = <Row>(text: ReturnType<typeof sql>) => queryRows<Row>(open.db, text);
  latchkey = await install({ ...open, query }, services);
});
afterAll(async () => {
  await services.close();
  await open.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const keys = () => latchkey.clientOf(latchkey.admin).keys;
const outcome = async (token: string) => {
  const result = await verifyKey(services, { token, scopes: undefined });
  return result.ok ? result.value.outcome : result.error.code;
};

/** A key that ends so long from now, or ended so long ago, and that the server knows. */
async function knownKey(endsInMs: number): Promise<{ id: KeyId; token: string }> {
  const { key, token } = await keys().create.mutate({ title: "Shop" });
  const expiresAt = new Date(Date.now() + endsInMs);
  await latchkey.setInstants(key.id, { expiresAt });
  await know(token);
  return { id: key.id, token };
}

/** Until it is answered from memory: a stall may make a server forget. */
const know = (token: string) =>
  until(async () => {
    await outcome(token);
    return services.keys.peek(token) !== undefined;
  });

/** A whole beat of the feed from here on: what a server knows of the time is told anew by each. */
const beat = () => {
  const before = performance.now();
  return until(() => (services.feed.lastBeatAt() ?? 0) > before + 1);
};

describe.each([
  ["forwards", HOUR_MS],
  ["back", -HOUR_MS],
])("the host's clock goes %s by an hour", (_, step) => {
  /** Sets it until the test is over; only what reads the date is deceived. */
  const setClock = () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + step);
  };

  test("a key that is known stays VALID or EXPIRED, whatever the host makes of its end", async () => {
    const [lasting, expired] = [await knownKey(HOUR_MS / 2), await knownKey(-HOUR_MS / 2)];
    const told = async () => [await outcome(lasting.token), await outcome(expired.token)];
    expect(await told()).toEqual(["VALID", "EXPIRED"]);
    setClock();
    expect(await told()).toEqual(["VALID", "EXPIRED"]);
    await beat();
    expect(await told()).toEqual(["VALID", "EXPIRED"]);
    // From memory too, not only where it is read again.
    for (const [{ token }, ended] of [
      [lasting, false],
      [expired, true],
    ] as const) {
      await know(token);
      const { key, now } = services.keys.peek(token) ?? {};
      expect((key?.expiresAt ?? 0) <= (now ?? 0)).toBe(ended);
    }
  });

  test("a key that was not known is judged in the same way", async () => {
    const now = (await services.store.now()).getTime();
    setClock();
    for (const [expiresAt, ended] of [
      [new Date(now + HOUR_MS / 2), "VALID"],
      [new Date(now - HOUR_MS / 2), "EXPIRED"],
    ] as const) {
      const { key, token } = await keys().create.mutate({ title: "Shop" });
      await latchkey.setInstants(key.id, { expiresAt });
      expect(await outcome(token)).toBe(ended);
    }
  });

  test("use is counted under the hour and the instant of the database", async () => {
    const began = (await services.store.now()).getTime();
    const { id, token } = await knownKey(HOUR_MS / 2);
    setClock();
    await know(token);
    const before = (await services.store.now()).getTime();
    expect(await outcome(token)).toBe("VALID");
    await services.use.flush();
    const after = (await services.store.now()).getTime();
    const { lastUsedAt } = await keys().get.query({ id });
    // Half an hour is far from what the host's clock says.
    expect(Math.abs(Date.parse(lastUsedAt ?? "") - before)).toBeLessThan(HOUR_MS / 2);
    const { items } = await keys().usage.query({ id, days: 1 });
    const hours = [began, before, after].map((at) => at - (at % HOUR_MS));
    expect(items).not.toEqual([]);
    for (const { hour } of items) expect(hours).toContain(Date.parse(hour));
  });
});
