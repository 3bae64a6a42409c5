import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { openPglite } from "../db/pglite.ts";
import { StartRefused } from "../faults/start-refused.ts";

/**
 * Makes sure that there is a database folder: a copy of the template, or a new one. It appears atomically, so
 * that an interrupted first start leaves nothing half made.
 *
 * @throws StartRefused if the template can't be read
 */
export async function placeDatabase(
  databaseFolder: string,
  templateFolder: string | undefined,
): Promise<void> {
  if (await exists(databaseFolder)) return;
  const draft = `${databaseFolder}.new`;
  await rm(draft, { recursive: true, force: true });
  if (templateFolder === undefined) {
    await (await openPglite(draft)).close();
    setModes(draft, { folders: 0o700, files: 0o600 });
  } else copyTemplate(templateFolder, draft);
  await rename(draft, databaseFolder);
}

function copyTemplate(templateFolder: string, draft: string): void {
  try {
    copy(templateFolder, draft);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES") throw error;
    throw new StartRefused(
      `This account can't read ${templateFolder}. Whoever built Latchkey must run: chmod -R a+rX '${templateFolder}'`,
    );
  }
}

/**
 * For this account alone, whatever the modes of the original. A thousand small files: through the event loop they
 * take ten times as long; and Node's own `cpSync` aborts the process at an unreadable folder.
 */
function copy(from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copy(source, target);
    else writeFileSync(target, readFileSync(source), { mode: 0o600 });
  }
}

/** PGlite creates most of its files writable for everybody, as far as its umask allows it. */
export function setModes(
  folder: string,
  modes: { readonly folders: number; readonly files: number },
): void {
  chmodSync(folder, modes.folders);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(
      join(entry.parentPath, entry.name),
      entry.isDirectory() ? modes.folders : modes.files,
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
