import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KeyPage } from "../src/client/index.ts";
import type { OpenDatabase, PoolUse } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import type { Services } from "../src/services/services.ts";
import { createDatabase, type PostgresDatabase } from "./engines.ts";
import { type Installation, install, startServices } from "./installation.ts";
import { until } from "./until.ts";

// Checks have connections of their own: whatever else keeps the database's others, a key gets its answer.

const CONNECTIONS = 3;

let database: PostgresDatabase;
let folder: string;
let open: OpenDatabase;
let services: Services;
let latchkey: Installation;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  database = await createDatabase({ migrated: true });
  open = await openPostgres(database.url, CONNECTIONS);
  services = await startServices(open, folder);
  latchkey = await install({ ...open, query: async () => [] }, services);
});
afterAll(async () => {
  await services.close();
  await open.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const poolOf = (name: string): PoolUse | undefined =>
  open.pools().find(({ pool }) => pool === name);

/** Keeps every connection that is not for checks, until the work is over. */
async function whileAllAreTaken(work: () => Promise<void>): Promise<void> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const taken = Array.from({ length: CONNECTIONS }, async () => open.change(() => over));
  try {
    await until(() => poolOf("main")?.inUse === CONNECTIONS);
    await work();
  } finally {
    end();
    await Promise.all(taken);
  }
}

test("a token that was never seen is checked while all other connections are taken", async () => {
  const { keys } = latchkey.clientOf(latchkey.admin);
  const { key, token } = await keys.create.mutate({ title: "Shop" });
  expect(services.keys.peek(token)).toBeUndefined();
  let list: Promise<KeyPage> | undefined;
  await whileAllAreTaken(async () => {
    list = keys.list.query({});
    await until(() => (poolOf("main")?.waiting ?? 0) > 0);
    expect(await keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID", keyId: key.id });
    expect(poolOf("main")).toMatchObject({ inUse: CONNECTIONS, idle: 0 });
    expect(poolOf("main")?.waiting).toBeGreaterThan(0);
  });
  expect((await list)?.items).toMatchObject([{ id: key.id }]);
});
