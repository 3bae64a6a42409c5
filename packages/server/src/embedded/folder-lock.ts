import { accessSync, constants } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StartRefused } from "../faults/start-refused.ts";

// A lock on the data folder that is released with its process, however that ends: SQLite's exclusive lock is a
// record lock of the operating system. Nothing is stored in the file.

/** SQLite's primary result code for a lock of another connection. */
const SQLITE_BUSY = 5;
/** Not permitted, read-only, disk failing, full, can't be opened. */
const SQLITE_UNWRITABLE = [3, 8, 10, 13, 14];

export type FolderLock = { release(): void };

/**
 * The lock, or `null` if another process (or this one) has it.
 *
 * @throws StartRefused if the file can't be written
 */
export function takeFolderLock(lockFile: string): FolderLock | null {
  const unwritable = new StartRefused(
    `${lockFile} can't be written. Check its owner and its disk.`,
  );
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(lockFile, { timeout: 0 });
    file.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    // On a read-only file SQLite takes a lock that excludes nobody.
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

/** Checks without opening the file: closing it again would release a lock of this process. */
function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
