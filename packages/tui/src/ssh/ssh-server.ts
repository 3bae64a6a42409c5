import { createServer, type Socket } from "node:net";
import ssh2, { type Connection as Client, type ServerConfig } from "ssh2";
import { CommandError } from "../cli/command-error.ts";
import type { RunProgram } from "../cli/console.ts";
import type { SshGateway as Reports } from "../installation/on-this-machine.ts";
import type { SshdConnection, SshGateway } from "../installation/sshd-connection.ts";
import { authenticate } from "./authenticate.ts";
import { BOUNDS, type SshBounds } from "./bounds.ts";
import { serveChannels } from "./channels.ts";
import { unprovenConnections } from "./unproven.ts";

/** An SSH server that listens. */
export type SshServer = {
  readonly port: number;
  /** Takes nobody in any more, leaves every screen in good order, and ends. */
  readonly close: () => Promise<void>;
};

/** The server's gateway, and what is told there of those who come. */
type SshDoor = SshGateway & Pick<Reports, "refused" | "defect">;

export type SshOptions = {
  readonly door: SshDoor;
  /** The host key, as OpenSSH keeps it. */
  readonly privateKey: string;
  readonly host: string;
  readonly port: number;
  /** The command line, for whoever comes with a command. */
  readonly runProgram: RunProgram;
  readonly bounds?: Partial<SshBounds>;
};

const FLUSH_MS = 1000;

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
  const { door, privateKey, host, port, runProgram } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  // Each screen listens for the end of the process, and there may be many.
  process.setMaxListeners(0);
  const unproven = unprovenConnections(bounds, door.refused);
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
    let fingerprint: string | null = null;
    let session: Promise<SshdConnection | null> | null = null;
    const hurt = (error: unknown) => {
      // What the server told is an outage, or logged there.
      if (!(error instanceof CommandError)) door.defect(error);
      client.end();
    };
    // Of a client that broke the protocol, or went away: its connection ends, and nobody else's.
    client.on("error", () => socket.destroy());
    client.on("authentication", (context) => {
      // What was sent before it heard that it is over.
      if (attemptsLeft === 0) return;
      authenticate(context, door).then((attempt) => {
        if (attempt === null) return;
        if (attempt.proven) {
          fingerprint = attempt.fingerprint;
          context.accept();
          return;
        }
        attemptsLeft -= 1;
        door.refused("key", address);
        if (attemptsLeft > 0) return;
        door.refused("attempts", address);
        client.end();
      }, hurt);
    });
    client.on("ready", () => {
      unproven.proven(socket);
      const by = fingerprint;
      if (by === null) return client.end();
      const begin = async (): Promise<SshdConnection | null> => {
        const begun = await door.begin(by, address);
        if (begun === null) return null;
        if (people.add(begun.userId, socket)) return begun;
        door.refused("crowded", address);
        await begun.close();
        return null;
      };
      const channels = serveChannels(client, {
        session: () => (session ??= begin()),
        bounds,
        runProgram,
        defect: door.defect,
      });
      open.set(socket, channels.leave);
      socket.once("close", () => {
        open.delete(socket);
        channels.gone();
        if (session === null) return;
        const ended = session.then(
          (begun) => begun?.close(),
          () => {},
        );
        endings.add(ended);
        void ended.then(() => endings.delete(ended));
      });
      return undefined;
    });
  };

  const server = createServer(take);
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => listening());
  });
  server.on("error", door.defect);
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
