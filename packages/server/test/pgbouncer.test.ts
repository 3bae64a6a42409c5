import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres, type PostgresOptions } from "../src/db/postgres.ts";
import type { Services } from "../src/use-cases/services.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { createDatabase, type PostgresDatabase } from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";
import { hasPgBouncer, type PgBouncer, startPgBouncer } from "./pgbouncer.ts";
import { until } from "@latchkey/testing/until";
import { presented } from "./presented.ts";

if (!hasPgBouncer) console.warn("skipped: no pgbouncer on this machine");

describe.skipIf(!hasPgBouncer)("behind PgBouncer in transaction mode", () => {
  let database: PostgresDatabase;
  let bouncer: PgBouncer;
  let direct: OpenDatabase;
  let folder: string;
  let latchkey: Installation;
  const opened = new AsyncDisposableStack();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    database = await createDatabase({ migrated: true });
    bouncer = await startPgBouncer(database.url);
    direct = await openPostgres(database.url, 2);
    const services = await startServices(direct, folder);
    latchkey = await install({ ...direct, query: async () => [] }, services);
  });
  afterAll(async () => {
    await opened.disposeAsync();
    await direct?.close();
    await bouncer?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  async function startNode(options: PostgresOptions): Promise<Services> {
    const open = await openPostgres(bouncer.url, 3, options);
    opened.defer(open.close);
    const services = await startServices(open, folder);
    opened.defer(services.close);
    services.feed.start();
    await until(() => ["live", "polling"].includes(services.feed.state()));
    return services;
  }

  /** Whether the server takes up, by itself, what another has changed. */
  async function follows(services: Services): Promise<void> {
    const { keys } = latchkey.clientOf(latchkey.admin);
    const { key, token } = await keys.create.mutate({ title: "Shop" });
    const outcome = async () => {
      const result = await verifyKey(services, { token, scopes: undefined });
      return result.ok && result.value.outcome;
    };
    await until(async () => {
      await outcome();
      return services.keys.peek(presented(token)) !== undefined;
    });
    await keys.revoke.mutate({ id: key.id });
    await until(async () => (await outcome()) === "REVOKED");
  }

  test("it finds out that nobody may listen, and looks by itself", async () => {
    const services = await startNode({});
    expect(services.feed.state()).toBe("polling");
    await follows(services);
  });

  test("it listens by a way of its own where it is given one", async () => {
    const services = await startNode({ listenUrl: database.url });
    expect(services.feed.state()).toBe("live");
    await follows(services);
  });
});
