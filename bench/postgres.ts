import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import type { Fixture } from "./fixture.ts";

/** A PostgreSQL of the group's own, as safe as one in use: a commit waits for the disk. Gives its URL. */
export async function startPostgres({ atEnd }: Fixture): Promise<string> {
  const server = await startRestartablePostgres({ durable: true });
  atEnd(server.remove);
  return server.url;
}

/** Runs what no transaction may hold, and what takes longer than a request has: `vacuum`, `checkpoint`. */
export async function tidy(url: string): Promise<void> {
  const sql = rawPostgres(url);
  await sql.unsafe("vacuum analyze");
  // What is new is on its way to the disk otherwise, whenever a read wants its place.
  await sql.unsafe("checkpoint");
  await sql.end();
}
