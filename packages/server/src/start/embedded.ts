import { prepareDataFolder } from "../embedded/data-folder.ts";
import { takeFolderLock } from "../embedded/folder-lock.ts";
import type { EmbeddedOptions } from "./embedded-options.ts";
import type { RunningServer } from "./run.ts";

// The embedded installation: database, pepper and socket in one folder, for anyone who can open it.

/**
 * Opens the folder as its one holder, and serves its socket to others.
 *
 * @returns `null` if another process holds the folder: join that one
 * @throws StartRefused if the folder, its pepper or its schema don't allow it
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<RunningServer | null> {
  await prepareDataFolder(options.folder);
  const lock = takeFolderLock(options.folder.lockFile);
  if (lock === null) return null;
  await using starting = new AsyncDisposableStack();
  starting.defer(lock.release);
  // A joining process needs no database: only the holder loads it.
  const { holdFolder } = await import("./hold-folder.ts");
  const server = await holdFolder(options);
  starting.defer(server.close);
  const running = starting.move();
  return { ...server, close: () => running.disposeAsync() };
}
