import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Config,
  createServer,
  dataFolder,
  type LatchkeyServer,
  readConfig,
  startOnPostgres,
} from "@latchkey/server";
import { createClient } from "@latchkey/server/client";
import type { Connection } from "../app/connection.ts";
import { readCredentials } from "./credentials.ts";
import { connectLocally } from "./local-connection.ts";
import { connectRemotely } from "./remote-connection.ts";

// The one place that starts a server: where a command or a terminal finds its installation.

/** What the build lays beside the bundle. Sources have neither, and do without. */
const bundledMigrations = fileURLToPath(new URL("./migrations", import.meta.url));
const bundledTemplate = fileURLToPath(new URL("./database-template", import.meta.url));

/** Where somebody said that the installation is. */
export type Place = { readonly url?: string | undefined; readonly dataDir?: string | undefined };

/**
 * The installation that options and environment name: a server's address, else a chosen data folder,
 * else the server that somebody logged in to, else the database of `DATABASE_URL` inside this process,
 * else the default data folder.
 *
 * @throws StartRefused with a sentence that names the mend
 */
export async function connect(env: NodeJS.ProcessEnv, options: Place): Promise<Connection> {
  const url = options.url ?? (env["LATCHKEY_URL"] || undefined);
  if (url !== undefined) return connectRemotely(url, env);
  const config = readConfig(env, options.dataDir);
  const { databaseUrl, dataDirIsChosen } = config;
  // Whoever presents a credential is taken at it, also where the road alone would make them the operator.
  const token = env["LATCHKEY_TOKEN"] || undefined;
  if (!dataDirIsChosen) {
    const login = await readCredentials(env);
    if (login !== null) return connectRemotely(login.url, env);
    if (databaseUrl !== undefined) return connectInProcess(databaseUrl, config, token);
  }
  const embedded = {
    folder: dataFolder(config.dataDir),
    tokenPrefix: config.tokenPrefix,
    pepperFile: config.pepperFile,
    migrationsFolder: ifThere(bundledMigrations),
    templateFolder: ifThere(bundledTemplate),
  };
  return connectLocally(embedded, token);
}

async function connectInProcess(
  databaseUrl: string,
  config: Config,
  token: string | undefined,
): Promise<Connection> {
  const server = await startOnPostgres(databaseUrl, config, ifThere(bundledMigrations));
  return {
    client: createClient({ url: "http://localhost", token, fetch: server.fetch }),
    place: "PostgreSQL",
    status: () => ({ kind: "live" }),
    subscribe: () => () => {},
    close: server.close,
  };
}

/** Serves the installation that options and environment name over HTTP. Throws `StartRefused`. */
export async function serve(env: NodeJS.ProcessEnv, { dataDir }: Place): Promise<LatchkeyServer> {
  return createServer(readConfig(env, dataDir), {
    migrationsFolder: ifThere(bundledMigrations),
    templateFolder: ifThere(bundledTemplate),
  });
}

function ifThere(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
