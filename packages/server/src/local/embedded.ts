import { cp, rename, rm, stat } from "node:fs/promises";
import { composeServices } from "../app.ts";
import { openPglite } from "../db/pglite.ts";
import { httpApp } from "../http.ts";
import { type DataFolder, prepareDataFolder } from "./data-folder.ts";
import { openDefectLog } from "./defect-log.ts";
import { takeFolderLock } from "./folder-lock.ts";
import { operatorOf } from "./operator.ts";
import { serveOnSocket } from "./socket.ts";

// The embedded installation: database, pepper and socket in one folder, for whoever may open it.

export type EmbeddedOptions = {
  readonly folder: DataFolder;
  readonly tokenPrefix: string;
  readonly pepperFile?: string | undefined;
  readonly migrationsFolder?: string | undefined;
  /** A database folder made beforehand: copying it is five times faster than making one. */
  readonly templateFolder?: string | undefined;
};

export type EmbeddedServer = {
  /** The same application as on the socket, without the way through it. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the folder as its one holder, and serves its socket to others.
 *
 * @returns `null` where another process holds the folder: join that one
 * @throws StartRefused where the folder, its pepper or its schema don't allow it
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer | null> {
  const { folder, tokenPrefix, migrationsFolder } = options;
  await prepareDataFolder(folder);
  const lock = takeFolderLock(folder.lockFile);
  if (lock === null) return null;
  const opened: (() => Promise<void>)[] = [async () => lock.release()];
  const close = async () => {
    for (const undo of opened.splice(0).reverse()) await undo();
  };
  try {
    await placeTemplate(folder, options.templateFolder);
    const open = await openPglite(folder.databaseFolder);
    opened.push(open.close);
    const pepperFile = options.pepperFile ?? folder.pepperFile;
    const services = await composeServices({ open, pepperFile, tokenPrefix, migrationsFolder });
    const operator = await operatorOf(services, "local");
    const app = httpApp({
      services,
      // Reaching the socket is the proof, but a credential that is presented must hold.
      identify: async (request) => (request.headers.has("authorization") ? null : operator),
      onDefect: openDefectLog(folder.logFile),
    });
    const handle = async (request: Request) => app.fetch(request);
    const socket = await serveOnSocket(folder, handle);
    opened.push(socket.close);
    return { fetch: handle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Puts a ready-made database in place, whole or not at all. */
async function placeTemplate(
  { databaseFolder }: DataFolder,
  templateFolder: string | undefined,
): Promise<void> {
  if (templateFolder === undefined || (await exists(databaseFolder))) return;
  if (!(await exists(templateFolder))) return;
  const draft = `${databaseFolder}.new`;
  await rm(draft, { recursive: true, force: true });
  await cp(templateFolder, draft, { recursive: true, mode: 0 });
  await rename(draft, databaseFolder);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
