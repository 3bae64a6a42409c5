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
  /** Takes nobody in any more, leaves every screen in good order, and ends. */
  readonly close: () => Promise<void>;
};

/** The server's gateway, and what is told there of those who come. */
type SshGateway = PrivateGateway & Pick<Reports, "refused" | "defect">;

export type SshOptions = {
  readonly gateway: SshGateway;
  /** The host key, as OpenSSH keeps it. */
  readonly privateKey: string;
  readonly host: string;
  readonly port: number;
  /** The command line, for whoever comes with a command. */
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

/** Authenticated encryption alone, and key exchange on curves; ssh2 adds its strict form by itself. */
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

/** Serves the terminal and the commands over SSH. Rejects where the address can't be had. */
export async function listenForSsh(options: SshOptions): Promise<SshServer> {
  const { gateway, privateKey, host, port, runProgram, now } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  // Each screen listens for the end of the process, and there may be many.
  process.setMaxListeners(0);
  const unproven = unprovenConnections(bounds, gateway.refused);
  const people = connectionsPerPerson(bounds.connectionsPerUser);
  const open = new Map<Socket, () => Promise<void>>();
  /** Sessions whose end is being written. */
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
    // One for each channel that waits until its output is taken.
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
      // Who has gone meanwhile is answered nothing.
      if (isGone(client)) return;
      if (verdict.outcome === "asks") context.reject(METHODS);
      else if (verdict.outcome === "known") context.accept();
      else if (verdict.outcome === "proven") await letIn(context, verdict.fingerprint);
      else refuse(context);
    };
    // Of a client that broke the protocol, or went away: its connection ends, and nobody else's.
    client.on("error", () => socket.destroy());
    client.on("authentication", (context) => {
      // What was sent before it heard that it is over.
      if (attemptsLeft === 0) return;
      answer(context).catch((error: unknown) => {
        // What the server told is an outage, or logged there.
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

/** Until the socket has told all its listeners that it is closed, the end of the session among them. */
async function sendAway(socket: Socket, leave: () => Promise<void>): Promise<void> {
  const gone = new Promise((done) => socket.once("close", done));
  await leave();
  socket.destroySoon();
  // What its reader does not take is not waited for.
  const late = setTimeout(() => socket.destroy(), FLUSH_MS);
  await gone;
  clearTimeout(late);
}

/** An IPv4 address that came over an IPv6 socket, as itself. */
function addressOf({ remoteAddress }: Socket): string | null {
  return remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "") ?? null;
}

function connectionsPerPerson(most: number) {
  const people = new Map<string, Set<Socket>>();
  return {
    /** Gives whether there was room. */
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
