import { link, open, readFile, rm, stat } from "node:fs/promises";
import { createPepper, PEPPER_BYTES, type Pepper } from "@latchkey/core";
import { StartRefused } from "../faults/start-refused.ts";
import { requireOwn } from "../files/ownership.ts";

// The pepper's file: 64 hex digits and a line end, readable only by its owner.

/**
 * The pepper in the file, or `null` if there is no file.
 *
 * @throws StartRefused naming the file and what to do
 */
export async function readPepper(file: string): Promise<Pepper | null> {
  let text: string;
  try {
    requireOwn(file);
    text = await readFile(file, "latin1");
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw new StartRefused(`Others can read the pepper. Run: chmod 600 '${file}'`);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "EACCES")
      throw new StartRefused(`The pepper ${file} can't be read. Check its owner.`);
    if (code === "EISDIR")
      throw new StartRefused(
        `${file} is a folder. Name the pepper's file with LATCHKEY_PEPPER_FILE.`,
      );
    throw error;
  }
  if (!/^[0-9a-f]{64}\n?$/.test(text)) {
    throw new StartRefused(`${file} is no pepper: it must hold 64 hex digits. Restore the file.`);
  }
  return createPepper(Buffer.from(text.trim(), "hex"));
}

/** A new random pepper, completely on disk before its name is there. Never replaces a file. */
export async function createPepperFile(
  file: string,
  randomBytes: (n: number) => Uint8Array,
): Promise<Pepper> {
  const bytes = Buffer.from(randomBytes(PEPPER_BYTES));
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${bytes.toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(draft, file);
  await rm(draft);
  return createPepper(bytes);
}
