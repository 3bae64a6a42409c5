import { chmod, mkdtemp, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { DataFolder } from "./data-folder.ts";

// The data folder's Unix socket. Who may open the folder may reach it; reaching it is the proof.

/** `sun_path` of Linux holds 108 bytes with its end; macOS holds 104. */
const MAX_SOCKET_PATH_BYTES = 103;

export type SocketServer = { close(): Promise<void> };

/** Where the holder of the folder listens; `null` where nobody ever has. */
export async function socketPathOf(folder: DataFolder): Promise<string | null> {
  if (fits(folder.socketFile)) return folder.socketFile;
  try {
    return await readFile(folder.socketPointerFile, "utf8");
  } catch {
    return null;
  }
}

/** Listens on the folder's socket. Call it only while holding the folder's lock. */
export async function serveOnSocket(
  folder: DataFolder,
  handle: (request: Request) => Response | Promise<Response>,
): Promise<SocketServer> {
  const path = await chooseSocketPath(folder);
  // What a killed holder left behind: under the lock nobody else listens there.
  await rm(path, { force: true });
  const server = createAdaptorServer({ fetch: handle }) as Server;
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((listening, failed) => {
      server.once("error", failed).listen(path, () => listening());
    });
  } finally {
    process.umask(umask);
  }
  await chmod(path, 0o600);
  return {
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      if (path !== folder.socketFile) await removeShortPath(path);
    },
  };
}

async function chooseSocketPath(folder: DataFolder): Promise<string> {
  if (fits(folder.socketFile)) return folder.socketFile;
  const old = await socketPathOf(folder);
  if (old !== null) await removeShortPath(old);
  const path = join(await mkdtemp(join(tmpdir(), "latchkey-")), "socket");
  await writeFile(folder.socketPointerFile, path, { mode: 0o600 });
  return path;
}

/** Removes just what `chooseSocketPath` made: the socket and its folder, if nothing else is in it. */
async function removeShortPath(path: string): Promise<void> {
  await rm(path, { force: true });
  await rmdir(dirname(path)).catch(() => {});
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES;
}
