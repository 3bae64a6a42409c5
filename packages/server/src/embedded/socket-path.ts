import { readFile } from "node:fs/promises";
import type { DataFolder } from "./data-folder.ts";

/** `sun_path` of Linux holds 108 bytes with its end; macOS holds 104. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the holder of the folder listens; `null` where nobody ever has. */
export async function socketPathOf(folder: DataFolder): Promise<string | null> {
  if (fitsSocketPath(folder.socketFile)) return folder.socketFile;
  try {
    return await readFile(folder.socketPointerFile, "utf8");
  } catch {
    return null;
  }
}

/** Whether a path may name a Unix socket. */
export function fitsSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}
