import { accessSync, constants } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StartRefused } from "../faults/start-refused.ts";

// A lock on the data folder that dies with its process, however it dies: SQLite's exclusive lock is a
// record lock of the operating system. Nothing is stored in the file.

/** SQLite's primary result code for "somebody else holds it". */
const SQLITE_BUSY = 5;
/** Not permitted, read-only, disk failing, full, can't be opened. */
const SQLITE_UNWRITABLE = [3, 8, 10, 13, 14];

export type FolderLock = { release(): void };

/**
 * The lock, or `null` where another process (or this one) holds it.
 *
 * @throws StartRefused where the file can't be written
 */
export function takeFolderLock(lockFile: string): FolderLock | null {
  const unwritable = new StartRefused(
    `${lockFile} can't be written. Check its owner and its disk.`,
  );
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(lockFile, { timeout: 0 });
    file.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    // On a file that it may only read SQLite takes a lock that keeps nobody out.
    if (!isWritable(lockFile)) throw unwritable;
    const held = file;
    return { release: () => held.close() };
  } catch (error) {
    file?.close();
    const code = ((error as { errcode?: number }).errcode ?? 0) % 256;
    if (code === SQLITE_BUSY) return null;
    throw SQLITE_UNWRITABLE.includes(code) ? unwritable : error;
  }
}

/** Asks without opening the file: closing it again would drop a lock that this process holds. */
function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
