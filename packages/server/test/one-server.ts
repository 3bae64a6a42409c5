import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import type { Services } from "../src/use-cases/services.ts";
import { createDatabase, withQuery } from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";

export type OneServer = {
  readonly open: OpenDatabase;
  readonly services: Services;
  readonly latchkey: Installation;
};

/** One server's parts on a PostgreSQL database of their own, for all tests of a file. */
export function withOneServer(connections: number): () => OneServer {
  const undo = new AsyncDisposableStack();
  let server: OneServer;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    undo.defer(() => rm(folder, { recursive: true, force: true }));
    const database = await createDatabase({ migrated: true });
    undo.defer(database.drop);
    const open = await openPostgres(database.url, connections);
    undo.defer(open.close);
    const services = await startServices(open, folder);
    undo.defer(services.close);
    server = { open, services, latchkey: await install(withQuery(open), services) };
  });
  afterAll(async () => {
    await undo.disposeAsync();
  });
  return () => server;
}
