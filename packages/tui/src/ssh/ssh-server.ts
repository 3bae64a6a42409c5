import { createServer, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection as Client, type ServerConfig } from "ssh2";
import { CommandError } from "../connection/command-error.ts";
import type { RunProgram } from "../cli/console.ts";
import { escape } from "../format/escape.ts";
import type { PrivateGateway as Reports } from "../connection/on-this-machine.ts";
import type { SshdConnection, PrivateGateway } from "../connection/sshd-connection.ts";
import { authenticate } from "./authenticate.ts";
import { BOUNDS, type SshBounds } from "./bounds.ts";
import { serveChannels } from "./channels.ts";
import { limitClient } from "./limit-client.ts";
import { DISCONNECT, disconnect, isGone, sendBanner } from "./ssh2-internals.ts";
import { unprovenConnections } from "./unproven.ts";

/** An SSH server that listens. */
export type SshServer = {
  readonly port: number;
  /** Accepts no more connections, closes every screen in good order, and ends. */
  readonly close: () => Promise<void>;
};

/** The server's gateway, and what is reported to it. */
type SshGateway = PrivateGateway & Pick<Reports, "refused" | "defect">;

export type SshOptions = {
  readonly gateway: SshGateway;
  /** The host key, in OpenSSH's format. */
  readonly privateKey: string;
  readonly host: string;
  readonly port: number;
  /** The command line, for clients that send a command. */
  readonly runProgram: RunProgram;
  readonly now: () => Date;
  readonly bounds?: Partial<SshBounds>;
};

const FLUSH_MS = 1000;
const METHODS: ["publickey"] = ["publickey"];
const TOO_MANY_KEYS =
  "Too many of your keys are unknown here. Name the one that is known: ssh -i FILE -o IdentitiesOnly=yes.";
const LOCKED_OUT = "Your key lets nobody in any more.";
const CROWDED = "You have too many connections open. Close some of them first.";
const AWAY = "Your key could not be looked up. Try again in a moment.";
const UNUSED = "Nothing has run on this connection for a while. Connect again when you need it.";

/** Only authenticated encryption, and key exchange on elliptic curves; ssh2 adds its strict form by itself. */
const ALGORITHMS: NonNullable<ServerConfig["algorithms"]> = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
  ],
  cipher: ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"],
  // Never used by those ciphers, but the list may not be empty.
  hmac: ["hmac-sha2-512-etm@openssh.com"],
  serverHostKey: ["ssh-ed25519"],
  compress: ["none"],
};

/** Serves the terminal and the commands over SSH. Rejects if it can't listen on the address. */
export async function listenForSsh(options: SshOptions): Promise<SshServer> {
  const { gateway, privateKey, host, port, runProgram, now } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  // Each screen listens for the end of the process, and there may be many.
  process.setMaxListeners(0);
  const unproven = unprovenConnections(bounds, gateway.refused);
  const people = connectionsPerPerson(bounds.connectionsPerUser);
  const open = new Map<Socket, () => Promise<void>>();
  /** Sessions that are being ended. */
  const endings = new Set<Promise<unknown>>();
  const protocol = new ssh2.Server({
    hostKeys: [privateKey],
    ident: "Latchkey",
    algorithms: ALGORITHMS,
    keepaliveInterval: bounds.keepaliveMs,
    keepaliveCountMax: 3,
  });

  /** By their ends, until their first bytes were read. */
  const unmet = new Map<string, Socket>();
  protocol.on("connection", (client: Client, { ip, port: from }: { ip: string; port: number }) => {
    const socket = unmet.get(`${ip} ${from}`);
    unmet.delete(`${ip} ${from}`);
    if (socket !== undefined) meet(client, socket, addressOf(socket));
  });

  const take = (socket: Socket): void => {
    const end = `${socket.remoteAddress} ${socket.remotePort}`;
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    unmet.set(end, socket);
    socket.once("close", () => {
      if (unmet.get(end) === socket) unmet.delete(end);
    });
    unproven.add(socket, addressOf(socket));
    protocol.injectSocket(socket);
  };

  const meet = (client: Client, socket: Socket, address: string | null): void => {
    let attemptsLeft = bounds.attempts;
    let session: SshdConnection | null = null;
    // One for each channel that waits until its output is read.
    for (const emitter of [client, socket]) emitter.setMaxListeners(0);
    limitClient(client, bounds, (sentence) => {
      gateway.refused("flooded", address);
      disconnect(client, DISCONNECT.protocolError, sentence);
    });
    const refuse = (context: AuthContext): void => {
      attemptsLeft -= 1;
      gateway.refused("key", address);
      if (attemptsLeft > 0) return context.reject(METHODS);
      gateway.refused("attempts", address);
      disconnect(client, DISCONNECT.noMoreMethods, TOO_MANY_KEYS);
    };
    const letIn = async (context: AuthContext, fingerprint: string): Promise<void> => {
      const begun = await gateway.begin(fingerprint, address);
      if (begun === null) return disconnect(client, DISCONNECT.byApplication, LOCKED_OUT);
      if (isGone(client) || !people.add(begun.userId, socket)) {
        await begun.close();
        if (isGone(client)) return;
        gateway.refused("crowded", address);
        return disconnect(client, DISCONNECT.tooManyConnections, CROWDED);
      }
      session = begun;
      socket.once("close", () => {
        const ended = begun.close();
        endings.add(ended);
        void ended.then(() => endings.delete(ended));
      });
      unproven.proven(socket);
      sendBanner(client, `Signed in as ${escape(begun.email)}`);
      context.accept();
    };
    const answer = async (context: AuthContext): Promise<void> => {
      const verdict = await authenticate(context, gateway);
      // A client that has disconnected gets no answer.
      if (isGone(client)) return;
      if (verdict.outcome === "asks") context.reject(METHODS);
      else if (verdict.outcome === "known") context.accept();
      else if (verdict.outcome === "proven") await letIn(context, verdict.fingerprint);
      else refuse(context);
    };
    // A client that broke the protocol, or disconnected: only its own connection ends.
    client.on("error", () => socket.destroy());
    client.on("authentication", (context) => {
      // Sent before it received that it is over.
      if (attemptsLeft === 0) return;
      answer(context).catch((error: unknown) => {
        // A CommandError is an outage, or was logged by the server.
        if (!(error instanceof CommandError)) gateway.defect(error);
        disconnect(client, DISCONNECT.byApplication, AWAY);
      });
    });
    client.on("ready", () => {
      if (session === null) return client.end();
      const channels = serveChannels(client, {
        session,
        bounds,
        runProgram,
        now,
        defect: gateway.defect,
        unused: () => disconnect(client, DISCONNECT.byApplication, UNUSED),
      });
      open.set(socket, channels.leave);
      socket.once("close", () => {
        open.delete(socket);
        channels.gone();
      });
      return undefined;
    });
  };

  const server = createServer(take);
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => listening());
  });
  server.on("error", gateway.defect);
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      unproven.end();
      await Promise.all([...open].map(async ([socket, leave]) => sendAway(socket, leave)));
      await closed;
      await Promise.all(endings);
    },
  };
}

/** Until the socket has notified all its listeners of its close, the end of the session among them. */
async function sendAway(socket: Socket, leave: () => Promise<void>): Promise<void> {
  const gone = new Promise((done) => socket.once("close", done));
  await leave();
  socket.destroySoon();
  // Unread output is not waited for.
  const late = setTimeout(() => socket.destroy(), FLUSH_MS);
  await gone;
  clearTimeout(late);
}

/** An IPv4 address that came over an IPv6 socket, as IPv4. */
function addressOf({ remoteAddress }: Socket): string | null {
  return remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "") ?? null;
}

function connectionsPerPerson(most: number) {
  const people = new Map<string, Set<Socket>>();
  return {
    /** Returns whether there was room. */
    add(userId: string, socket: Socket): boolean {
      const theirs = people.get(userId) ?? new Set();
      if (theirs.size >= most || socket.destroyed) return false;
      people.set(userId, theirs.add(socket));
      socket.once("close", () => {
        theirs.delete(socket);
        if (theirs.size === 0) people.delete(userId);
      });
      return true;
    },
  };
}
