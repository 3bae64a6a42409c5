import { cpSync } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { openPglite } from "../db/pglite.ts";

/**
 * Makes sure that there is a database folder: a copy of the ready-made one, or a new one. It appears
 * whole or not at all, so that a first start that is interrupted leaves nothing half made.
 */
export async function placeDatabase(
  databaseFolder: string,
  templateFolder: string | undefined,
): Promise<void> {
  if (await exists(databaseFolder)) return;
  const draft = `${databaseFolder}.new`;
  await rm(draft, { recursive: true, force: true });
  if (templateFolder === undefined) await (await openPglite(draft)).close();
  // A thousand small files: one by one through the event loop they take ten times as long.
  else cpSync(templateFolder, draft, { recursive: true });
  await rename(draft, databaseFolder);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
