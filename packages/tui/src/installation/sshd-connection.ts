import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { createClient, followEvents } from "@latchkey/server/client";
import type { Connection } from "../app/connection.ts";
import { carryBySocket } from "./send.ts";

// What an sshd of this machine starts for somebody who came by a public key, or asks before: over the socket
// that the server keeps for it (LATCHKEY_SSH_SOCKET).

/** By whose key somebody came, and from where, as sshd tells. */
export type Arrival = { readonly publicKey: string; readonly address: string | null };

/** A session that lasts until it is closed, or its server ends it. */
export type SshdConnection = Connection & {
  /** When the server has ended it. */
  readonly over: Promise<void>;
};

/** `null` where the key lets nobody in. Rejects where no server answers there. */
export async function connectFromSshd(
  socketPath: string,
  arrival: Arrival,
): Promise<SshdConnection | null> {
  const asking = request({ socketPath, path: "/session", method: "POST", agent: false });
  asking.end(JSON.stringify(arrival));
  const answer = await answerTo(asking);
  if (answer.statusCode === 401) {
    answer.resume();
    return null;
  }
  if (answer.statusCode !== 200) throw new Error(`the server answered ${answer.statusCode}`);
  const over = new Promise<void>((ended) => answer.once("close", ended));
  // However it was broken off, it is over.
  const lines = createInterface({ input: answer }).on("error", () => {});
  const token = await new Promise<string>((begun, failed) => {
    lines.once("line", (line) => begun((JSON.parse(line) as { token: string }).token));
    void over.then(() => failed(new Error("the server ended it at once")));
  });
  const client = createClient({
    url: "http://localhost",
    token,
    carry: carryBySocket(socketPath),
  });
  return {
    client,
    place: "over SSH",
    follow: (told) => followEvents(client, told),
    close: async () => void asking.destroy(),
    over,
  };
}

/** Type and base64 of the key with this fingerprint; `null` where it lets nobody in. */
export async function authorizedKey(
  socketPath: string,
  fingerprint: string,
): Promise<string | null> {
  const path = `/authorized-key?fingerprint=${encodeURIComponent(fingerprint)}`;
  const answer = await answerTo(request({ socketPath, path, agent: false }).end());
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (answer.statusCode === 404) return null;
  if (answer.statusCode !== 200) throw new Error(`the server answered ${answer.statusCode}`);
  return Buffer.concat(chunks).toString();
}

function answerTo(asking: ClientRequest): Promise<IncomingMessage> {
  return new Promise((answered, failed) => {
    asking.once("response", answered).once("error", failed);
  });
}
