import { chmod, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { StartRefused } from "../faults/start-refused.ts";
import { freeBytes, RESERVE_BYTES } from "../files/disk.ts";
import { requireOwn } from "../files/ownership.ts";

/** The paths of an embedded installation. Anyone who can open this folder is its operator. */
export type DataFolder = {
  readonly path: string;
  readonly lockFile: string;
  readonly databaseFolder: string;
  readonly pepperFile: string;
  readonly logFile: string;
  readonly socketFile: string;
  /** Says where the socket is, if this folder's own path is too long for one. */
  readonly socketPointerFile: string;
};

export function dataFolder(path: string): DataFolder {
  return {
    path,
    lockFile: join(path, "lock"),
    databaseFolder: join(path, "database"),
    pepperFile: join(path, "pepper"),
    logFile: join(path, "latchkey.log"),
    socketFile: join(path, "socket"),
    socketPointerFile: join(path, "socket-path"),
  };
}

/**
 * Creates the folder (0700) or verifies that it is Latchkey's, of this account, and closed to all others.
 *
 * @throws StartRefused naming the folder and what to do
 */
export async function prepareDataFolder({ path }: DataFolder): Promise<void> {
  try {
    requireOwn(path);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const entries = await readdir(path);
    if (entries.length === 0) await chmod(path, 0o700);
    else if (!entries.includes("lock")) {
      throw new StartRefused(
        `${path} holds other files. Choose an empty folder with --data-dir or LATCHKEY_DATA_DIR.`,
      );
    }
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      throw new StartRefused(`Others can open ${path}. Run: chmod 700 '${path}'`);
    }
  } catch (error) {
    throw refusal(path, error);
  }
  if ((await freeBytes(path)) < RESERVE_BYTES) {
    throw new StartRefused(
      `The disk of ${path} is full. Free at least ${RESERVE_BYTES / 2 ** 20} MB, then start Latchkey again.`,
    );
  }
}

function refusal(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
    // What Node answers if parents would have to be created on a read-only disk.
    case "ENOENT":
      return new StartRefused(
        `The data folder ${path} can't be written. Check its owner, or choose another with --data-dir or LATCHKEY_DATA_DIR.`,
      );
    case "ENOTDIR":
    case "EEXIST":
      return new StartRefused(
        `${path} is not a folder. Choose another with --data-dir or LATCHKEY_DATA_DIR.`,
      );
    case "ENOSPC":
      return new StartRefused(`The disk of ${path} is full. Free some space, then start again.`);
    default:
      return error;
  }
}
