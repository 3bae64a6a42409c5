import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Redacted } from "@latchkey/core";
import {
  type Config,
  createServer,
  dataDirOf,
  dataFolder,
  type LatchkeyServer,
  openDefectLog,
  readConfig,
  requireOwn,
  startOnPostgres,
} from "@latchkey/server";
import { createClient, followEvents } from "@latchkey/client";
import type { Connection } from "./connection.ts";
import { givenToken } from "./given-token.ts";
import { connectLocally } from "./local-connection.ts";

// The one place that starts a server.

export type { PrivateGateway } from "@latchkey/server";

/** What the build places beside the bundle. Running from source has neither, and does without. */
const bundledMigrations = fileURLToPath(new URL("./migrations", import.meta.url));
const bundledTemplate = fileURLToPath(new URL("./database-template", import.meta.url));

/**
 * The installation on this machine: a chosen data folder, else the database of `DATABASE_URL` inside this
 * process, else the default data folder.
 *
 * @throws StartRefused with a sentence that says what to do
 */
export async function connectOnThisMachine(
  env: NodeJS.ProcessEnv,
  dataDir: string | undefined,
): Promise<Connection> {
  const config = readConfig(env, dataDir);
  const { databaseUrl, dataDirIsChosen } = config;
  // A presented credential decides, even if the transport alone would make its holder the operator.
  const token = givenToken(env);
  if (databaseUrl !== undefined && !dataDirIsChosen) {
    return connectInProcess(databaseUrl, config, token);
  }
  const embedded = {
    folder: dataFolder(dataDirOf(config)),
    tokenPrefix: config.tokenPrefix,
    pepperFile: config.pepperFile,
    migrationsFolder: ifThere(bundledMigrations),
    templateFolder: ifThere(bundledTemplate),
  };
  return connectLocally(embedded, token);
}

async function connectInProcess(
  databaseUrl: Redacted<string>,
  config: Config,
  token: Redacted<string> | undefined,
): Promise<Connection> {
  const server = await startOnPostgres(databaseUrl, config, ifThere(bundledMigrations));
  const client = createClient({ url: "http://localhost", token, fetch: server.fetch });
  const { dataDir } = config;
  return {
    client,
    place: "PostgreSQL",
    follow: (observer) => followEvents(client, observer),
    close: server.close,
    ...(dataDir === null ? {} : { logDefect: openDefectLog(dataFolder(dataDir).logFile) }),
  };
}

/** A server that listens, and the configuration of its SSH server. */
export type Serving = {
  readonly server: LatchkeyServer;
  readonly config: Pick<Config, "host" | "sshPort">;
  /** Where the SSH host key is kept; throws `StartRefused` if it belongs to another account. */
  readonly hostKeyFile: () => string;
};

/**
 * Serves the installation that options and environment name over HTTP. Throws `StartRefused`.
 *
 * @param details additional facts for `/readyz`
 */
export async function serve(
  env: NodeJS.ProcessEnv,
  dataDir: string | undefined,
  details: () => Record<string, unknown>,
): Promise<Serving> {
  const config = readConfig(env, dataDir);
  const server = await createServer(config, {
    migrationsFolder: ifThere(bundledMigrations),
    templateFolder: ifThere(bundledTemplate),
    details,
  });
  const hostKeyFile = () => {
    const { sshHostKeyFile } = config;
    const file = sshHostKeyFile ?? join(dataDirOf(config), "ssh_host_ed25519_key");
    requireOwn(file);
    // On PostgreSQL nothing else may have needed the data folder.
    if (sshHostKeyFile === undefined) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return file;
  };
  return { server, config, hostKeyFile };
}

function ifThere(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}
