import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createClient, type LatchkeyClient } from "@latchkey/client";
import { createLog } from "../src/log/log.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { type Listener, listen } from "../src/start/listen.ts";
import type { Services } from "../src/use-cases/services.ts";
import {
  createDatabase,
  withQuery,
  type PostgresDatabase,
} from "@latchkey/testing/database/engines";
import { type Installation, install, type Person, startServices } from "./installation.ts";

/** A server over HTTP, which a test may stop and start again on the same port. */
type Served = {
  readonly services: Services;
  readonly url: string;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
};

export type TwoServed = {
  /** Acts through the first server, past HTTP. */
  readonly installation: Installation;
  readonly servers: readonly [Served, Served];
  /** The token of a new key of this person's. */
  readonly tokenOf: (person: Person, ...scopes: string[]) => Promise<string>;
  /** Acts by this token over HTTP, through the second server unless told otherwise. */
  readonly clientBy: (token: string, server?: Served) => LatchkeyClient;
};

/** Two servers on one PostgreSQL, over HTTP, for all tests of a suite: their log goes on and on. */
export function withTwoServed(): () => TwoServed {
  let two: TwoServed;
  let database: PostgresDatabase;
  let folder: string;
  const undo = new AsyncDisposableStack();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    database = await createDatabase({ migrated: true });
    const serve = async () => {
      const open = await openPostgres(database.url, 4);
      undo.defer(open.close);
      const services = await startServices(open, folder);
      undo.defer(services.close);
      const served = await serveOn(services);
      undo.defer(served.stop);
      return { open, served };
    };
    const one = await serve();
    const other = await serve();
    const installation = await install(withQuery(one.open), one.served.services);
    two = {
      installation,
      servers: [one.served, other.served],
      tokenOf: async (person, ...scopes) => {
        const { keys } = installation.clientOf(person);
        return (await keys.create.mutate({ title: "Acting", scopes })).token;
      },
      clientBy: (token, server = other.served) => createClient({ url: server.url, token }),
    };
  });
  afterAll(async () => {
    await undo.disposeAsync();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  return () => two;
}

async function serveOn(services: Services): Promise<Served> {
  const config = { host: "127.0.0.1", metrics: null, allowedHosts: [], trustedProxies: [] };
  const log = createLog("silent");
  let listener: Listener | null = await listen(services, { ...config, port: 0 }, log);
  const { url } = listener;
  return {
    services,
    url,
    stop: async () => {
      await listener?.close();
      listener = null;
    },
    start: async () => {
      listener ??= await listen(services, { ...config, port: Number(new URL(url).port) }, log);
    },
  };
}
