import { DatabaseSync } from "node:sqlite";

// A lock on the data folder that dies with its process, however it dies: SQLite's exclusive lock is a
// record lock of the operating system. Nothing is stored in the file.

/** SQLite's primary result code for "somebody else holds it". */
const SQLITE_BUSY = 5;

export type FolderLock = { release(): void };

/** The lock, or `null` where another process (or this one) holds it. */
export function takeFolderLock(lockFile: string): FolderLock | null {
  const file = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    file.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw error;
  }
}
