import { lstat, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { z } from "zod";
import { bindSocket } from "../http/bind.ts";
import { createHttpServer } from "../http/last-answer.ts";
import { plainAddress } from "../config/network.ts";
import { fingerprint as fingerprintText } from "../trpc/procedures/inputs.ts";
import { presentedToken } from "@latchkey/client";
import type { SshGateway, SshSession } from "./gateway.ts";
import { requireTrustedSocket } from "../files/trusted-socket.ts";
import { StartRefused } from "../faults/start-refused.ts";
import { stopServer } from "../http/stop-server.ts";
import { outageOf } from "../faults/outage.ts";

// The gateway for a process that verifies the signatures of SSH clients: our own SSH server, or an sshd of this
// machine. A Unix socket. A process that can open it is trusted about whose key was used, and has no other
// rights: it is not the operator, and can do nothing without a session.

const DRAIN_MS = 5000;
/** An arrival is less than 200 bytes. */
const MAX_ARRIVAL_BYTES = 1024;

const arrival = z.strictObject({
  fingerprint: fingerprintText,
  address: z.string().max(64).nullable(),
});

/**
 * @param isPrivate for its owner only (0600), not for the group of its folder too (0660)
 * @throws StartRefused if there can be no socket
 */
export async function serveSshSocket(
  path: string,
  gateway: SshGateway,
  isPrivate = false,
): Promise<{ readonly close: () => Promise<void> }> {
  const sessions = new Map<string, SshSession>();
  const answerCall = getRequestListener(async (request, env) => {
    const token = presentedToken(request.headers.get("authorization") ?? "", null);
    const session = token === null ? undefined : sessions.get(token);
    return session?.fetch(request, env) ?? Response.json({ error: "No session." }, { status: 401 });
  });

  /** One response, as long as the session: its first line says who signed in; it ends with the session. */
  const arrive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const given = arrival.safeParse(await readJson(request));
    if (!given.success) return end(response, 400);
    const { fingerprint, address } = given.data;
    const from = address === null ? null : plainAddress(address);
    const session = await gateway.begin(fingerprint, from);
    if (session === null) {
      gateway.refused("key", from);
      return end(response, 401);
    }
    // The client disconnected meanwhile.
    if (response.destroyed) return session.end();
    const { userId, email, expiresAt } = session;
    const token = session.token.reveal();
    sessions.set(token, session);
    response.once("close", () => void session.end().then(() => sessions.delete(token)));
    response.writeHead(200, {
      "content-type": "application/x-ndjson",
      "cache-control": "no-store",
    });
    response.write(`${JSON.stringify({ token, userId, email, expiresAt })}\n`);
    session.onOver(() => response.end());
  };

  const answerKey = async (query: string, response: ServerResponse): Promise<void> => {
    const given = fingerprintText.safeParse(new URLSearchParams(query).get("fingerprint"));
    const key = given.success ? await gateway.authorizedKey(given.data) : null;
    end(response, key === null ? 404 : 200, key ?? "");
  };

  const server = createHttpServer({}, (request, response) => {
    const [route = "", query = ""] = (request.url ?? "").split("?");
    const fail = (error: unknown) => {
      const isOutage = outageOf(error) !== null;
      if (!isOutage) gateway.defect(error);
      if (response.headersSent) response.destroy();
      else end(response, isOutage ? 503 : 500);
    };
    if (route === "/session" && request.method === "POST") {
      arrive(request, response).catch(fail);
    } else if (route === "/authorized-key") {
      answerKey(query, response).catch(fail);
    } else void answerCall(request, response);
  });
  requireTrustedSocket(path);
  // Left behind by a killed server. Anything but a socket stays, and is refused below.
  await removeSocket(path);
  try {
    await bindSocket(server, path, isPrivate ? 0o177 : 0o117);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fix = isPrivate ? "Choose another folder with TMPDIR." : "Fix LATCHKEY_SSH_SOCKET.";
    throw new StartRefused(`${path} can't be listened on (${code}). ${fix}`);
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

/** `undefined` if it is too long, or not JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MAX_ARRIVAL_BYTES) return undefined;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number, text = ""): void {
  response.writeHead(status, {
    "content-type": "text/plain",
    "cache-control": "no-store",
  });
  response.end(text);
}
