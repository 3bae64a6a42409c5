import { openPglite } from "../db/pglite.ts";
import { placeDatabase } from "../embedded/place-database.ts";
import { serveOnSocket } from "../embedded/serve-socket.ts";
import { namingForeign } from "../files/ownership.ts";
import { openDefectLog } from "../log/defect-log.ts";
import type { EmbeddedOptions } from "./embedded-options.ts";
import { run, type RunningServer } from "./run.ts";

/** Opens the folder's database and serves its socket. Call it only while holding the folder's lock. */
export async function holdFolder(options: EmbeddedOptions): Promise<RunningServer> {
  const { folder, templateFolder, ...app } = options;
  await placeDatabase(folder.databaseFolder, templateFolder);
  const open = await openPglite(folder.databaseFolder).catch((error: unknown) => {
    throw namingForeign(folder.path, error);
  });
  return run({
    ...app,
    open,
    pepperFile: options.pepperFile ?? folder.pepperFile,
    onDefect: openDefectLog(folder.logFile),
    via: "local",
    share: (handle) => serveOnSocket(folder, handle),
  });
}
