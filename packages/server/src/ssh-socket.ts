import { lstat, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { json } from "node:stream/consumers";
import { getRequestListener } from "@hono/node-server";
import { parseSshPublicKey } from "@latchkey/core";
import { z } from "zod";
import { createHttpServer } from "./last-answer.ts";
import { presentedToken } from "./presented-token.ts";
import type { SshDoor, SshSession } from "./ssh-door.ts";
import { StartRefused } from "./start-refused.ts";
import { stopServer } from "./stop-server.ts";

// For an sshd of this machine, which checks signatures in the place of our own server: a Unix socket, open to
// its account's group. Whoever may open it is believed when it says by whose key somebody came, and is
// nobody beyond that: no operator, and nothing without a session.

const DRAIN_MS = 5000;

const arrival = z.strictObject({
  /** Type and base64, as sshd tells them. */
  publicKey: z.string().max(4096),
  address: z.string().max(64).nullable(),
});

/** @throws StartRefused where there can be no socket */
export async function serveSshSocket(
  path: string,
  door: SshDoor,
): Promise<{ readonly close: () => Promise<void> }> {
  const sessions = new Map<string, SshSession>();
  const answerCall = getRequestListener(async (request) => {
    const token = presentedToken(request.headers.get("authorization") ?? "", null);
    const session = token === null ? undefined : sessions.get(token);
    return session?.fetch(request) ?? Response.json({ error: "No session." }, { status: 401 });
  });

  /** One answer, as long as the session: its first line says who came; it ends with the session. */
  const arrive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = arrival.safeParse(await json(request).catch(() => null));
    if (!given.success) return end(response, 400);
    const { publicKey, address } = given.data;
    const parsed = parseSshPublicKey(publicKey);
    const from = address !== null && isIP(address) !== 0 ? address : null;
    const session = parsed.ok ? await door.begin(parsed.value.fingerprint, from) : null;
    if (session === null) {
      door.refused("key", from);
      return end(response, 401);
    }
    sessions.set(session.token, session);
    response.once("close", () => {
      sessions.delete(session.token);
      void session.end();
    });
    const { token, expiresAt } = session;
    response.writeHead(200, {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    });
    response.write(`${JSON.stringify({ token, expiresAt: expiresAt.toISOString() })}\n`);
    session.onOver(() => response.end());
  };

  const tellKey = async (url: URL, response: ServerResponse): Promise<void> => {
    const key = await door.authorizedKey(url.searchParams.get("fingerprint") ?? "");
    end(response, key === null ? 404 : 200, key ?? "");
  };

  const server = createHttpServer({}, (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const fail = (error: unknown) => {
      door.defect(error);
      if (!response.headersSent) end(response, 503);
      else response.destroy();
    };
    if (url.pathname === "/session" && request.method === "POST") {
      arrive(request, response).catch(fail);
    } else if (url.pathname === "/authorized-key") {
      tellKey(url, response).catch(fail);
    } else void answerCall(request, response);
  });
  // What a killed server left behind. Anything but a socket stays, and is refused below.
  await removeSocket(path);
  const umask = process.umask(0o117);
  try {
    await new Promise<void>((listening, failed) => {
      server.once("error", failed).listen(path, () => listening());
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartRefused(`${path} can't be listened on (${code}). Mend LATCHKEY_SSH_SOCKET.`);
  } finally {
    process.umask(umask);
  }
  return {
    close: async () => {
      const ending = [...sessions.values()].map(({ end: endSession }) => endSession());
      server.closeAllConnections();
      await Promise.all([stopServer(server, DRAIN_MS), ...ending]);
    },
  };
}

async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSocket() === true) await rm(path, { force: true });
}

function end(response: ServerResponse, status: number, text = ""): void {
  response.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store" });
  response.end(text);
}
