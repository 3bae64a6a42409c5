import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import type { Fixture } from "./fixture.ts";

/** A PostgreSQL of the group's own, as safe as one in use: a commit waits for the disk. Gives its URL. */
export async function startPostgres({ atEnd }: Fixture): Promise<string> {
  const server = await startRestartablePostgres({ durable: true });
  atEnd(server.remove);
  return server.url;
}
