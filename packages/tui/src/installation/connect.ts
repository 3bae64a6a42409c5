import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Config, dataFolder, readConfig, startOnPostgres } from "@latchkey/server";
import { createClient } from "@latchkey/server/client";
import type { Connection } from "../app/connection.ts";
import { connectLocally } from "./local-connection.ts";

// The one place that starts a server: where a command or a terminal finds its installation.

/** What the build lays beside the bundle. Sources have neither, and do without. */
const bundledMigrations = fileURLToPath(new URL("./migrations", import.meta.url));
const bundledTemplate = fileURLToPath(new URL("./database-template", import.meta.url));

/**
 * The installation that options and environment name: a chosen data folder, else the database of
 * `DATABASE_URL` inside this process, else the default data folder.
 *
 * @throws StartRefused with a sentence that names the mend
 */
export async function connect(
  env: NodeJS.ProcessEnv,
  options: { readonly dataDir?: string | undefined },
): Promise<Connection> {
  const config = readConfig(env, options.dataDir);
  const { databaseUrl, dataDirIsChosen } = config;
  if (databaseUrl !== undefined && !dataDirIsChosen) return connectInProcess(databaseUrl, config);
  return connectLocally({
    folder: dataFolder(config.dataDir),
    tokenPrefix: config.tokenPrefix,
    pepperFile: config.pepperFile,
    migrationsFolder: ifThere(bundledMigrations),
    templateFolder: ifThere(bundledTemplate),
  });
}

async function connectInProcess(databaseUrl: string, config: Config): Promise<Connection> {
  const server = await startOnPostgres(databaseUrl, config, ifThere(bundledMigrations));
  return {
    client: createClient({ url: "http://localhost", fetch: server.fetch }),
    place: "PostgreSQL",
    status: () => ({ kind: "live" }),
    subscribe: () => () => {},
    close: server.close,
  };
}

function ifThere(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
