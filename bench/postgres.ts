import { startRestartablePostgres } from "../packages/server/test/restartable-postgres.ts";
import type { Ground } from "./ground.ts";

/** A PostgreSQL of the group's own, as safe as one in use: a commit waits for the disk. Gives its URL. */
export async function startPostgres({ atEnd }: Ground): Promise<string> {
  const server = await startRestartablePostgres({ durable: true });
  atEnd(server.remove);
  return server.url;
}
