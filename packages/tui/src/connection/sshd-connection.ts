import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { describeError, parseSshPublicKey } from "@latchkey/core";
import { requireTrustedSocket } from "@latchkey/server";
import { createClient, followEvents } from "@latchkey/client";
import type { Connection } from "./connection.ts";
import { CommandError } from "./command-error.ts";
import { transportBySocket } from "./send.ts";

// The gateway's client, for processes that verify the keys of people who come by SSH: our own SSH server, and what
// an sshd of this machine starts. Each over the socket that the server has for it.

/** A session that lasts until it is closed, or its server ends it. */
export type SshdConnection = Connection & {
  readonly userId: string;
  readonly email: string;
  /** It ends then in any case. */
  readonly expiresAt: Date;
  /** Resolves when the server has ended it. */
  readonly over: Promise<void>;
};

/** Rejects with CommandError UNAVAILABLE for an outage, INTERNAL for a defect that the server has logged. */
export type PrivateGateway = {
  /** Type and base64 of the key with this fingerprint; `null` if it may not sign in. */
  readonly authorizedKey: (fingerprint: string) => Promise<string | null>;
  /**
   * A session of the user who has proven to have that key; `null` if it may not sign in.
   *
   * @param address the network address of the client
   */
  readonly begin: (fingerprint: string, address: string | null) => Promise<SshdConnection | null>;
};

type Begun = {
  readonly token: string;
  readonly userId: string;
  readonly email: string;
  readonly expiresAt: string;
};

/** Here, since reading a key loads cryptography: no other command needs that. `null` if it is no key. */
export function fingerprintIn(publicKey: string): string | null {
  const parsed = parseSshPublicKey(publicKey);
  return parsed.ok ? parsed.value.fingerprint : null;
}

export function sshGatewayAt(socketPath: string): PrivateGateway {
  return {
    authorizedKey: async (fingerprint) => {
      requireTrustedSocket(socketPath);
      const path = `/authorized-key?fingerprint=${encodeURIComponent(fingerprint)}`;
      const answer = await answerTo(request({ socketPath, path, agent: false }).end());
      if (answer.statusCode === 404) return null;
      refuseUnlessOk(answer);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    },
    begin: async (fingerprint, address) => {
      requireTrustedSocket(socketPath);
      const asking = request({ socketPath, path: "/session", method: "POST", agent: false });
      asking.end(JSON.stringify({ fingerprint, address }));
      const answer = await answerTo(asking);
      if (answer.statusCode === 401) return null;
      refuseUnlessOk(answer);
      const over = new Promise<void>((ended) => answer.once("close", ended));
      // However it was interrupted, it is over.
      const lines = createInterface({ input: answer }).on("error", () => {});
      const begun = await new Promise<Begun>((first, failed) => {
        lines.once("line", (line) => first(JSON.parse(line) as Begun));
        void over.then(() => failed(unavailable()));
      });
      const { token, userId, email, expiresAt } = begun;
      const transport = transportBySocket(socketPath, requireTrustedSocket);
      const client = createClient({ url: "http://localhost", token, transport });
      return {
        client,
        place: "over SSH",
        follow: (observer) => followEvents(client, observer),
        close: async () => void asking.destroy(),
        userId,
        email,
        expiresAt: new Date(expiresAt),
        over,
      };
    },
  };
}

function refuseUnlessOk({ statusCode }: IncomingMessage): void {
  if (statusCode === 200) return;
  if (statusCode === 503) throw unavailable();
  if (statusCode === 500) throw new CommandError("INTERNAL", describeError({ code: "INTERNAL" }));
  throw new Error(`the SSH gateway answered ${statusCode}`);
}

function unavailable(options?: ErrorOptions): CommandError {
  const sentence = describeError({ code: "UNAVAILABLE", why: "unreachable" });
  return new CommandError("UNAVAILABLE", sentence, options);
}

function answerTo(asking: ClientRequest): Promise<IncomingMessage> {
  return new Promise((answered, failed) => {
    asking.once("response", answered);
    asking.on("error", (cause) => failed(unavailable({ cause })));
  });
}
