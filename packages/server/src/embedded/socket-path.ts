import { readFile } from "node:fs/promises";
import type { DataFolder } from "./data-folder.ts";

/** `sun_path` has 108 bytes on Linux, the terminator included; 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the holder of the folder listens; `null` if none ever has. */
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
