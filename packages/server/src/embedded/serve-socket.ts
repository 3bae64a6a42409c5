import { chmod, mkdtemp, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { bindSocket } from "../http/bind.ts";
import { createHttpServer } from "../http/last-answer.ts";
import { stopServer } from "../http/stop-server.ts";
import type { DataFolder } from "./data-folder.ts";
import { isOwnFolder } from "../files/trusted-socket.ts";
import { fitsSocketPath, socketPathOf } from "./socket-path.ts";

// The data folder's Unix socket. Who can open the folder can reach it; reaching it is the proof.

/** How long a holder that ends waits for the requests of others. */
const DRAIN_MS = 30_000;

export type SocketServer = { close(): Promise<void> };

/** Listens on the folder's socket. Call it only while holding the folder's lock. */
export async function serveOnSocket(
  folder: DataFolder,
  handle: (request: Request, env: object) => Promise<Response>,
): Promise<SocketServer> {
  const path = await chooseSocketPath(folder);
  // Left behind by a killed holder: with the lock taken nobody else listens there.
  await rm(path, { force: true });
  const answer = getRequestListener(handle);
  const server = createHttpServer({}, (request, response) => void answer(request, response));
  await bindSocket(server, path, 0o177);
  await chmod(path, 0o600);
  return {
    close: async () => {
      // Requests under way are answered: joined processes wait for them.
      await stopServer(server, DRAIN_MS);
      if (path !== folder.socketFile) await removeShortPath(path);
    },
  };
}

async function chooseSocketPath(folder: DataFolder): Promise<string> {
  if (fitsSocketPath(folder.socketFile)) return folder.socketFile;
  const old = await socketPathOf(folder);
  if (old !== null) await removeShortPath(old);
  const path = join(await mkdtemp(join(tmpdir(), "latchkey-")), "socket");
  await writeFile(folder.socketPointerFile, path, { mode: 0o600 });
  return path;
}

/** Removes only what `chooseSocketPath` made: the socket and its folder, if that is empty. */
async function removeShortPath(path: string): Promise<void> {
  if (!isOwnFolder(dirname(path))) return;
  await rm(path, { force: true });
  await rmdir(dirname(path)).catch(() => {});
}
