import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import type { Listener } from "../src/start/listen.ts";
import type { Services } from "../src/use-cases/services.ts";
import {
  createDatabase,
  emptyDatabase,
  type PostgresDatabase,
  withQuery,
} from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";
import { startListener } from "./listener.ts";

/** Two servers that listen, with a pool each, before one PostgreSQL database. */
export type TwoServers = {
  /** The database's. */
  readonly url: string;
  readonly servers: readonly [Services, Services];
  /** Where the two listen. */
  readonly listeners: readonly [Listener, Listener];
  readonly installation: Installation;
};

/** Prepares two servers for the suite, and empties their database before each test. */
export function withTwoServers(): () => TwoServers {
  let database: PostgresDatabase;
  let folder: string;
  let opened: OpenDatabase[] = [];
  let servers: [Services, Services];
  let listeners: [Listener, Listener];
  let installation: Installation;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    database = await createDatabase({ migrated: true });
    opened = await Promise.all([openPostgres(database.url, 3), openPostgres(database.url, 3)]);
    const [one, two] = opened as [OpenDatabase, OpenDatabase];
    servers = [await startServices(one, folder), await startServices(two, folder)];
    listeners = [await startListener(servers[0]), await startListener(servers[1])];
  });
  beforeEach(async () => {
    const [one] = opened as [OpenDatabase];
    await emptyDatabase(one);
    installation = await install(withQuery(one), servers[0]);
  });
  afterAll(async () => {
    for (const listener of listeners ?? []) await listener.close();
    for (const server of servers ?? []) await server.close();
    for (const open of opened) await open.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return () => ({ url: database.url, servers, listeners, installation });
}
