import { statfs } from "node:fs/promises";

/** Free space below which nothing more is written: PostgreSQL allocates its log in segments of 16 MiB. */
export const RESERVE_BYTES = 64 * 1024 * 1024;

/** Free space for this account on the disk of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
