import { once } from "node:events";
import type { Socket } from "node:net";
import { getPriority, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import ssh2, { type Client, type ClientChannel } from "ssh2";
import { answerParent } from "../program.ts";

// What a member with a hostile client can do, over and over until the time is up.

export type Attack = keyof typeof attacks;
export type Attacking = {
  readonly attack: Attack;
  readonly port: number;
  readonly privateKey: string;
  readonly seconds: number;
};

type Raw = {
  readonly _sock: Socket;
  readonly _protocol: {
    session: (channel: number, window: number, packetSize: number) => void;
    channelData: (channel: number, data: Buffer) => void;
  };
};

const PIECE = 32 * 1024;
const BEYOND_WINDOW = 400 * 1024 * 1024;
const SCREEN = { cols: 80, rows: 24, term: "xterm-256color" };

// Its own work is not what is measured: others have machines of their own.
setPriority(Math.min(getPriority() + 10, 19));

answerParent(async ({ attack, port, privateKey, seconds }: Attacking): Promise<number> => {
  const end = performance.now() + seconds * 1000;
  const clients = new Set<Client>();
  const comes = async (): Promise<Client> => {
    const client = new ssh2.Client().on("error", () => {});
    clients.add(client);
    client.once("close", () => clients.delete(client));
    const gone = once(client, "close").then(() => Promise.reject(new Error("not let in")));
    client.connect({ host: "127.0.0.1", port, username: "anybody", privateKey });
    await Promise.race([once(client, "ready"), gone]);
    return client;
  };
  let times = 0;
  while (performance.now() < end) {
    const over = new AbortController();
    const late = setTimeout(() => over.abort(), end - performance.now());
    // The server ends what is too much, and is not there for a moment after it ended altogether.
    await Promise.race([
      attacks[attack](comes).catch(() => sleep(50)),
      once(over.signal, "abort"),
    ]).finally(() => clearTimeout(late));
    times += 1;
  }
  for (const client of clients) client.destroy();
  return times;
});

const raw = (client: Client) => client as unknown as Raw;

async function channelOf(client: Client, kind: "shell" | { exec: string }): Promise<ClientChannel> {
  return new Promise((opened, failed) => {
    client.once("close", () => failed(new Error("the server ended the connection")));
    const answer = (error: Error | undefined, channel: ClientChannel) =>
      error === undefined ? opened(channel) : failed(error);
    if (kind === "shell") client.shell(SCREEN, answer);
    else client.exec(kind.exec, answer);
  });
}

/** Sends it without end, at the pace of the network alone. */
async function sendOn(
  client: Client,
  channel: ClientChannel,
  piece: Buffer,
  bytes = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { _sock: socket, _protocol: protocol } = raw(client);
  const { id } = (channel as unknown as { outgoing: { id: number } }).outgoing;
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += piece.length) {
    protocol.channelData(id, piece);
    if (socket.writableNeedDrain)
      await Promise.race([once(socket, "drain"), once(socket, "close")]);
    else if (sent % (16 * PIECE) === 0) await sleep(0);
  }
}

const attacks = {
  "a packet size of 0": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const { _protocol: protocol } = raw(client);
    const session = protocol.session.bind(protocol);
    protocol.session = (channel, window) => session(channel, window, 0);
    await once(await channelOf(client, { exec: "keys list" }), "close");
  },
  "400 MB beyond the window": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const channel = await channelOf(client, { exec: "keys verify" });
    await sendOn(client, channel, Buffer.alloc(PIECE, "x"), BEYOND_WINDOW);
  },
  "ESC [ and digits without end": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const channel = await channelOf(client, "shell");
    channel.resume().write("\x1b[");
    await sendOn(client, channel, Buffer.alloc(PIECE, "1"));
  },
  "a paste without end": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const channel = await channelOf(client, "shell");
    channel.resume().write("\x1b[200~");
    await sendOn(client, channel, Buffer.alloc(PIECE, "x"));
  },
  "120 connections without a channel": async (comes: () => Promise<Client>) => {
    const all = await Promise.allSettled(Array.from({ length: 120 }, comes));
    await sleep(1000);
    for (const come of all) if (come.status === "fulfilled") come.value.destroy();
  },
  "all of a long log, read": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const channel = await channelOf(client, { exec: "audit list --limit 999999999" });
    await once(channel.resume(), "close");
    client.destroy();
  },
  "all of a long log, ten times and never read": async (comes: () => Promise<Client>) => {
    const client = await comes();
    const exec = "audit list --limit 999999999 --json";
    await Promise.all(Array.from({ length: 10 }, () => channelOf(client, { exec })));
    await once(client, "close");
  },
};
