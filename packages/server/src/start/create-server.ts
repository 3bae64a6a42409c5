import { type Config, dataDirOf } from "../config/config.ts";
import { createLog } from "../log/log.ts";
import type { Details } from "../http/app.ts";
import { dataFolder } from "../embedded/data-folder.ts";
import { startEmbedded } from "./embedded.ts";
import { startOnPostgres } from "./on-postgres.ts";
import type { RunningServer } from "./run.ts";
import type { PrivateGateway } from "../ssh/private-gateway.ts";
import { StartRefused } from "../faults/start-refused.ts";

export type Beside = {
  readonly migrationsFolder?: string | undefined;
  readonly templateFolder?: string | undefined;
  /** Additional facts for `/readyz`. */
  readonly details?: Details | undefined;
};

/** A server that listens over HTTP. */
export type LatchkeyServer = {
  /** Like `http://127.0.0.1:7420`. */
  readonly url: string;
  /** Where `/metrics` is; `null` if it is off. */
  readonly metricsUrl: string | null;
  /** For the process of an SSH server. Close it before the server. */
  readonly openPrivateGateway: () => Promise<PrivateGateway>;
  /** Accepts no more requests, answers those under way, writes the last use, then closes the database. */
  readonly close: () => Promise<void>;
};

/**
 * Serves Latchkey over HTTP, on PostgreSQL or the embedded database.
 *
 * @param config from `readConfig`
 * @throws StartRefused with a sentence that says what to do
 * @example
 * const server = await createServer(readConfig(process.env));
 */
export async function createServer(config: Config, beside: Beside = {}): Promise<LatchkeyServer> {
  const log = createLog(config.logLevel);
  await using starting = new AsyncDisposableStack();
  const server = await startFor(config, beside);
  starting.defer(server.close);
  const { url, metricsUrl } = await server.listen(config, log, beside.details);
  if (config.sshSocket !== undefined) {
    const { serveSshSocket } = await import("../ssh/gateway-socket.ts");
    starting.defer((await serveSshSocket(config.sshSocket, await server.openSsh(log))).close);
  }
  log.info({ url, metricsUrl }, "listening");
  const running = starting.move();
  return {
    url,
    metricsUrl,
    openPrivateGateway: async () => {
      const { openPrivateGateway } = await import("../ssh/private-gateway.ts");
      return openPrivateGateway(await server.openSsh(log));
    },
    close: async () => {
      log.info("stopping: answers what is under way, writes the last use");
      await running.disposeAsync();
      log.info("stopped");
    },
  };
}

async function startFor(config: Config, beside: Beside): Promise<RunningServer> {
  const { databaseUrl, dataDirIsChosen, tokenPrefix, pepperFile } = config;
  // The same precedence as everywhere: a chosen folder comes before the database.
  if (databaseUrl !== undefined && !dataDirIsChosen) {
    return startOnPostgres(databaseUrl, config, beside.migrationsFolder);
  }
  const folder = dataFolder(dataDirOf(config));
  const server = await startEmbedded({ folder, tokenPrefix, pepperFile, ...beside });
  if (server === null) {
    throw new StartRefused(
      `Another Latchkey holds ${folder.path}. End it, then start the server again.`,
    );
  }
  return server;
}
