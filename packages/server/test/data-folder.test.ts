import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dataFolder, prepareDataFolder } from "../src/embedded/data-folder.ts";
import { takeFolderLock } from "../src/embedded/folder-lock.ts";
import { runChild } from "./child.ts";
import { smallDisk } from "@latchkey/testing/small-disk";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

describe("the data folder", () => {
  let base: string;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "latchkey-data-"));
    await chmod(base, 0o755);
  });
  afterEach(() => rm(base, { recursive: true, force: true }));
  const refusal = async (path: string) =>
    prepareDataFolder(dataFolder(path)).then(
      () => "prepared",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test("is made with its parents, for its owner alone, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      const path = join(base, "a", "b");
      expect(await refusal(path)).toBe("prepared");
      expect((await stat(path)).mode & 0o777).toBe(0o700);
    } finally {
      process.umask(umask);
    }
  });

  test("that is empty is closed to others and taken", async () => {
    const path = join(base, "empty");
    await mkdir(path, { mode: 0o755 });
    expect(await refusal(path)).toBe("prepared");
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  test("that holds another's files is refused, and left as it is", async () => {
    await writeFile(join(base, "thesis.txt"), "x");
    expect(await refusal(base)).toMatch(/^StartRefused: .* holds other files\. Choose an empty/);
    expect({ files: await readdir(base), mode: (await stat(base)).mode & 0o777 }).toEqual({
      files: ["thesis.txt"],
      mode: 0o755,
    });
  });

  test.each([0o750, 0o705, 0o777, 0o710])(
    "of ours that others can open (%o) is refused",
    async (mode) => {
      await writeFile(join(base, "lock"), "");
      await chmod(base, mode);
      expect(await refusal(base)).toMatch(/^StartRefused: Others can open .* Run: chmod 700 '/);
    },
  );

  test("of ours is taken again", async () => {
    const path = join(base, "ours");
    expect(await refusal(path)).toBe("prepared");
    await writeFile(join(path, "lock"), "");
    await mkdir(join(path, "database"));
    expect(await refusal(path)).toBe("prepared");
  });

  test("whose name is a file's, or lies below one, is refused", async () => {
    const file = join(base, "file");
    await writeFile(file, "x");
    expect(await refusal(file)).toMatch(/^StartRefused: .* is not a folder\. Choose another/);
    expect(await refusal(join(file, "below"))).toMatch(/^StartRefused: .* is not a folder\./);
  });

  test.runIf(isRoot)(
    "of another account is refused to an account that can't write it",
    async () => {
      // Root may write anywhere, so a child without its powers looks.
      const program = `
      import { dataFolder, prepareDataFolder } from "../src/embedded/data-folder.ts";
      process.setgroups([]);
      process.setgid(${NOBODY});
      process.setuid(${NOBODY});
      for (const path of JSON.parse(process.env.PATHS)) {
        await prepareDataFolder(dataFolder(path)).then(
          () => console.log("prepared"),
          (error) => console.log(error.name + ": " + error.message));
      }`;
      const closed = join(base, "closed");
      const open = join(base, "open");
      await mkdir(closed, { mode: 0o700 });
      await mkdir(open, { mode: 0o755 });
      const paths = [closed, open, join(open, "inside")];
      const child = runChild(program, { env: { PATHS: JSON.stringify(paths) } });
      const { output } = await child.ended();
      const refused = /^StartRefused: The data folder .* can't be written\. Check its owner/;
      expect(output.trim().split("\n")).toEqual(paths.map(() => expect.stringMatching(refused)));
    },
  );

  test("on a disk that is mounted read-only is refused", async ({ skip }) => {
    const disk = await smallDisk(100);
    if (disk === null) return skip("no disk can be mounted here");
    const { path } = disk;
    try {
      await disk.remount("ro");
      expect(await refusal(join(path, "inside"))).toMatch(/^StartRefused: .* can't be written/);
      expect(await refusal(path)).toMatch(/^StartRefused: .* can't be written/);
      await disk.remount("rw");
      takeFolderLock(join(path, "lock"))?.release();
      await disk.remount("ro");
      expect(() => takeFolderLock(join(path, "lock"))).toThrow(/lock can't be written\. Check/);
    } finally {
      await disk.remove();
    }
  });

  test("on a disk that is nearly full is refused", async ({ skip }) => {
    const disk = await smallDisk(32);
    if (disk === null) return skip("no disk can be mounted here");
    try {
      expect(await refusal(disk.path)).toMatch(
        /^StartRefused: The disk of .* is full\. Free at least 64 MB/,
      );
    } finally {
      await disk.remove();
    }
  });
});
