import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyId } from "@latchkey/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { openLink, COMMIT, type DatabaseLink } from "@latchkey/testing/database/database-link";
import { createDatabase, type PostgresDatabase } from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";
import { seed } from "./key-stock.ts";

let database: PostgresDatabase;
let origin: DatabaseLink;
let open: OpenDatabase;
let latchkey: Installation;
let folder: string;
let ids: readonly KeyId[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  database = await createDatabase({ migrated: true });
  origin = await openLink(database.url);
  open = await openPostgres(origin.url, 2);
  latchkey = await install({ ...open, query: async () => [] }, await startServices(open, folder));
  ids = (await seed(latchkey, [{}, {}, {}])).map(({ id }) => id);
});
afterEach(async () => {
  await latchkey.services.close();
  await open.close();
  await origin.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const useAll = () => {
  const at = new Date();
  for (const keyId of ids) latchkey.services.use.record({ key: { keyId }, outcome: "VALID", at });
};
const flush = () => latchkey.services.use.flush();
const statistics = () => latchkey.services.use.statistics();
const usesOf = async (id: KeyId) => {
  const { items } = await latchkey.clientOf(latchkey.admin).keys.usage.query({ id });
  return items.reduce((sum, { valid }) => sum + valid, 0);
};

test.each(["begin", "key_hourly_uses", COMMIT])(
  "a connection that breaks at %s loses no use and counts none twice (PostgreSQL)",
  async (statement) => {
    useAll();
    await flush();
    useAll();
    origin.breakBefore(statement);
    await flush();
    expect(statistics()).toMatchObject({ flushes: { failed: 1 }, waiting: 3 });
    useAll();
    await flush();
    origin.breakBefore(null);
    await flush();
    expect(statistics()).toMatchObject({ flushes: { failed: 2, written: 2 }, waiting: 0 });
    for (const id of ids) expect(await usesOf(id)).toBe(3);
  },
);

test("a connection that breaks at any answer loses no use; only the commit's may count some twice (PostgreSQL)", async () => {
  let rounds = 0;
  for (let failed = -1; failed < statistics().flushes.failed; ) {
    failed = statistics().flushes.failed;
    rounds += 1;
    origin.breakAtAnswer(rounds);
    origin.breakAll();
    useAll();
    await flush();
    expect(rounds).toBeLessThan(50);
  }
  expect(rounds).toBeGreaterThan(3);
  origin.breakAtAnswer(null);
  expect(statistics().waiting).toBe(0);
  for (const id of ids) {
    expect(await usesOf(id)).toBeGreaterThanOrEqual(rounds);
    expect(await usesOf(id)).toBeLessThanOrEqual(2 * rounds);
  }
});
