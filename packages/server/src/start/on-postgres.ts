import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Redacted } from "@latchkey/core";
import { type Config, dataDirOf } from "../config/config.ts";
import { openPostgres } from "../db/postgres.ts";
import { isOfDatabase, refusalOf } from "../db/postgres-refusal.ts";
import { openDefectLog } from "../log/defect-log.ts";
import { run, type RunningServer } from "./run.ts";
import { requireOwn } from "../files/ownership.ts";
import { StartRefused } from "../faults/start-refused.ts";

const CONNECTIONS = 10;

/**
 * The application on PostgreSQL inside this process, for anyone who has the database's URL and can read its
 * pepper: they act as the operator.
 *
 * @throws StartRefused for a newer schema, a wrong or a missing pepper
 */
export async function startOnPostgres(
  databaseUrl: Redacted<string>,
  config: Config,
  migrationsFolder?: string,
): Promise<RunningServer> {
  const { dataDir, tokenPrefix, listenUrl, feed } = config;
  const pepperFile = config.pepperFile ?? (await pepperIn(dataDirOf(config)));
  const warnings: string[] = [];
  const open = await openPostgres(databaseUrl.reveal(), CONNECTIONS, {
    onWarning: (sentence) => warnings.push(sentence),
    listenUrl: listenUrl?.reveal(),
    feed,
  });
  const onDefect = openDefectLog(dataDir === null ? null : join(dataDir, "latchkey.log"));
  const app = { open, pepperFile, tokenPrefix, migrationsFolder, onDefect };
  try {
    return await run({ ...app, via: "process", warnings });
  } catch (error) {
    // A database's error contains the text and the values of its query.
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
