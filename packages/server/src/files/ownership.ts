import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartRefused } from "../faults/start-refused.ts";

// Whose a file is. What another account owns it can change and read, whatever its mode; and what root leaves
// in another account's folder is closed to that account.

const ROOT = 0;

/** Whether an account can be trusted with what this process relies on: it is this one, or root. */
export function isTrusted({ uid }: Pick<Stats, "uid">): boolean {
  const us = process.geteuid?.();
  return us === undefined || uid === us || uid === ROOT;
}

/**
 * Before a file or folder is used or made.
 *
 * @throws StartRefused where it, or a link to it, is another account's, or where root would make it in
 *   another account's folder
 */
export function requireOwn(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return requireOwnPlace(path);
  for (const each of [lstatSync(path), found]) {
    if (!isTrusted(each)) throw foreign(path, each.uid, "belongs to another account");
  }
}

function requireOwnPlace(path: string): void {
  if (process.geteuid?.() !== ROOT) return;
  const folder = dirname(path);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return requireOwnPlace(folder);
  if (!isTrusted(found)) throw foreign(path, found.uid, "would lie in another account's folder");
}

function foreign(path: string, uid: number, what: string): StartRefused {
  return new StartRefused(
    `${path} ${what} (uid ${uid}). Run Latchkey as that account: sudo -u '#${uid}' latchkey …`,
  );
}

/**
 * What says in an engine's own words that a file could not be opened is said in ours.
 *
 * @param error given back where every file below the folder can be written
 */
export function namingForeign(folder: string, error: unknown): unknown {
  for (const { parentPath, name } of readdirSync(folder, {
    recursive: true,
    withFileTypes: true,
  })) {
    const path = join(parentPath, name);
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch {
      return new StartRefused(
        `${path} can't be written: another account made it. Run: sudo chown -R '${process.geteuid?.()}' '${folder}'`,
      );
    }
  }
  return error;
}
