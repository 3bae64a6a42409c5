// oxlint-disable no-underscore-dangle -- ssh2 names so what it keeps to itself.
import type { Socket } from "node:net";
import type { Connection as Client } from "ssh2";

// What ssh2 keeps private and does not bound. Its version is pinned, and each part that is relied on has a test
// with raw packets.

type Window = { window: number };

/** A session before and after its program has started, or a channel of another kind. */
export type OpenChannel = {
  readonly _chanInfo?: { readonly incoming: Window };
  readonly _channel?: OpenChannel;
  readonly incoming?: Window;
  readonly readableLength?: number;
};

type Handler = (protocol: Protocol, ...values: unknown[]) => void;

type Protocol = {
  /** By the message's name; called for each complete message. */
  readonly _handlers: Record<string, Handler | undefined>;
  /** Absent once the connection is unusable: sending then throws. */
  readonly _destruct?: unknown;
  /** Set during a key exchange. */
  readonly _kexinit?: unknown;
  readonly _cipher: { encrypt(packet: Buffer): void };
  readonly _packetRW: {
    readonly write: {
      readonly allocStartKEX: number;
      alloc(length: number, duringKex: true): Buffer;
      finalize(packet: Buffer, duringKex: true): Buffer;
    };
  };
  channelOpenFail(channel: number, reason: number, description: string): void;
};

type Internals = {
  readonly _sock: Socket;
  readonly _protocol: Protocol;
  readonly _chanMgr: {
    readonly _channels: Record<string, OpenChannel | true>;
    get(channel: number): OpenChannel | true | undefined;
  };
};

export function internalsOf(client: Client): Internals {
  return client as unknown as Internals;
}

/** Whether nothing can be sent any more. */
export function isGone(client: Client): boolean {
  const { _sock, _protocol } = internalsOf(client);
  return _protocol._destruct === undefined || _sock.destroyed;
}

/** RFC 4253, 11.1. */
export const DISCONNECT = {
  protocolError: 2,
  byApplication: 11,
  tooManyConnections: 12,
  noMoreMethods: 14,
} as const;

const LINGER_MS = 1000;

/** Ends a connection with a message, which `ssh` shows. */
export function disconnect(
  client: Client,
  reason: (typeof DISCONNECT)[keyof typeof DISCONNECT],
  sentence: string,
): void {
  const { _sock: socket } = internalsOf(client);
  if (!isGone(client)) {
    send(client, Buffer.concat([Buffer.of(1), uint32(reason), text(sentence), text("")]));
  }
  socket.end();
  // A client that does not close then is not waited for.
  const late = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(late));
}

/** A line that `ssh` shows before anything else, on standard error; `ssh -q` does not (RFC 4252, 5.4). */
export function sendBanner(client: Client, line: string): void {
  if (internalsOf(client)._protocol._kexinit !== undefined) return;
  send(client, Buffer.concat([Buffer.of(53), text(`${line}\r\n`), text("")]));
}

function send(client: Client, payload: Buffer): void {
  const { _packetRW, _cipher } = internalsOf(client)._protocol;
  const { write } = _packetRW;
  const packet = write.alloc(payload.length, true);
  packet.set(payload, write.allocStartKEX);
  _cipher.encrypt(write.finalize(packet, true));
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function text(string: string): Buffer {
  const bytes = Buffer.from(string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}
