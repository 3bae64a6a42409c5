import { accessSync, constants, lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { StartRefused } from "../faults/start-refused.ts";

// Who owns a file. Its owner can change and read it, whatever its mode; and what root leaves in another account's
// folder can't be opened by that account.

const ROOT = 0;

/** Whether an account can be trusted with what this process relies on: it is this one, or root. */
export function isTrusted({ uid }: Pick<Stats, "uid">): boolean {
  const us = process.geteuid?.();
  return us === undefined || uid === us || uid === ROOT;
}

/**
 * Checks a file or folder before it is used or created.
 *
 * @throws StartRefused if it, or a link to it, belongs to another account, or if root would create it in another
 *   account's folder
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
 * Replaces an engine's error about a file that could not be opened by one of ours.
 *
 * @param error returned if every file below the folder can be written
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
