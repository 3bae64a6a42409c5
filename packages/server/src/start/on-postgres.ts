import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { composeServices } from "./compose.ts";
import { type Config, dataDirOf } from "../config/config.ts";
import { openPostgres } from "../db/postgres.ts";
import { isOfDatabase, refusalOf } from "../db/postgres-refusal.ts";
import { httpApp } from "../http/app.ts";
import { identifyOr } from "../http/identify.ts";
import { openDefectLog } from "../log/defect-log.ts";
import type { EmbeddedServer } from "./embedded-server.ts";
import { operatorOf } from "./operator.ts";
import { requireOwn } from "../files/ownership.ts";
import { StartRefused } from "../faults/start-refused.ts";

const CONNECTIONS = 10;

/**
 * The application on PostgreSQL inside this process, for whoever has the database's URL and can read
 * its pepper: they act as the operator.
 *
 * @throws StartRefused for a newer schema, a wrong or a missing pepper
 */
export async function startOnPostgres(
  databaseUrl: string,
  config: Config,
  migrationsFolder?: string,
): Promise<EmbeddedServer> {
  const { dataDir, tokenPrefix, listenUrl, feed } = config;
  const pepperFile = config.pepperFile ?? (await pepperIn(dataDirOf(config)));
  const warnings: string[] = [];
  const open = await openPostgres(databaseUrl, CONNECTIONS, {
    onWarning: (sentence) => warnings.push(sentence),
    listenUrl,
    feed,
  });
  const opened = [open.close];
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  const onDefect = openDefectLog(dataDir === null ? null : join(dataDir, "latchkey.log"));
  try {
    const services = await composeServices({
      open,
      pepperFile,
      tokenPrefix,
      migrationsFolder,
      onDefect,
    });
    opened.push(services.close);
    const operator = await operatorOf(services, "process");
    const stopping = new AbortController();
    opened.push(async () => stopping.abort());
    const app = httpApp({
      services,
      stopping: stopping.signal,
      identify: identifyOr(operator, services),
      onDefect,
    });
    return {
      fetch: async (request) => app.fetch(request),
      listen: async (config, log, details) => {
        for (const warning of warnings) log.warn(warning);
        const { listen } = await import("./listen.ts");
        const listener = await listen(services, config, log, details);
        opened.push(listener.close);
        return listener;
      },
      openSsh: async (log) => {
        const { sshGateway } = await import("../ssh/gateway.ts");
        return sshGateway(services, log, stopping.signal);
      },
      close,
    };
  } catch (error) {
    await close();
    // What a database throws holds the text and the values of its query.
    throw isOfDatabase(error) ? refusalOf(error) : error;
  }
}

/** The only file in the data folder that is needed here. */
async function pepperIn(dataDir: string): Promise<string> {
  const file = join(dataDir, "pepper");
  requireOwn(file);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(
      `${dataDir} can't be written (${code}). Name the pepper's file with LATCHKEY_PEPPER_FILE.`,
    );
  }
  return file;
}
