import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type SmallDisk = {
  readonly path: string;
  readonly remount: (options: "ro" | "rw") => Promise<unknown>;
  readonly remove: () => Promise<void>;
};

/** A disk of its own in memory, or `null` if this account or machine can't mount one. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | null> {
  if (process.getuid?.() !== 0) return null;
  const path = await mkdtemp(join(tmpdir(), "latchkey-disk-"));
  const options = `size=${megabytes}m,mode=700`;
  const mounted = await run("mount", ["-t", "tmpfs", "-o", options, "latchkey", path]).catch(
    () => null,
  );
  if (mounted === null) {
    await rm(path, { recursive: true, force: true });
    return null;
  }
  return {
    path,
    remount: (mode) => run("mount", ["-o", `remount,${mode}`, path]),
    remove: async () => {
      // Lazily, so that a file which a failed test left open does not keep the disk.
      await run("umount", ["--lazy", path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
