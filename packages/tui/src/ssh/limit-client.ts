// oxlint-disable no-underscore-dangle -- ssh2 names so what it keeps to itself.
import { performance } from "node:perf_hooks";
import type { Connection as Client } from "ssh2";
import type { SshBounds } from "./bounds.ts";
import { internalsOf, type OpenChannel } from "./ssh2-internals.ts";

// ssh2 accepts whatever a client sends. Here each message is checked against the bounds before ssh2 gets it.

type Bounds = Pick<
  SshBounds,
  "minPacketBytes" | "requestsPerMinute" | "rekeysPerMinute" | "unreadBytes" | "unsentBytes"
>;

/** As frequent as data, and limited with it. */
const UNCOUNTED = new Set(["CHANNEL_DATA", "CHANNEL_WINDOW_ADJUST", "DISCONNECT"]);
const ADMINISTRATIVELY_PROHIBITED = 1;
/** The overhead of a piece of data, however small it is. */
const PIECE_BYTES = 512;

/** @param end called once, with a sentence, if the client exceeds its bounds; then all input is ignored */
export function limitClient(client: Client, bounds: Bounds, end: (sentence: string) => void): void {
  const { _protocol, _chanMgr: channels, _sock: socket } = internalsOf(client);
  const { _handlers: handlers } = _protocol;
  const mayRequest = perMinute(bounds.requestsPerMinute);
  const mayRekey = perMinute(bounds.rekeysPerMinute);
  const pieces = new WeakMap<OpenChannel, number>();
  let isOver = false;
  const stop = (sentence: string): void => {
    if (!isOver) end(sentence);
    isOver = true;
  };
  const guard = (name: string, isFine: (...values: never[]) => boolean = () => true): void => {
    const handle = handlers[name];
    if (handle === undefined) return;
    handlers[name] = (protocol, ...values) => {
      if (isOver) return;
      if (!UNCOUNTED.has(name) && !mayRequest()) return stop("You asked for too much at once.");
      if (!isFine(...(values as never[]))) return;
      handle(protocol, ...values);
      if (name === "CHANNEL_DATA") countUnread(...(values as [number, Buffer]));
      if (socket.writableLength > bounds.unsentBytes) stop("You do not read what is answered.");
    };
  };

  const isBigEnough = ({
    sender = 0,
    packetSize = 0,
  }: {
    sender?: number;
    packetSize?: number;
  }) => {
    if (packetSize >= bounds.minPacketBytes) return true;
    const sentence = `The maximum packet size is ${packetSize} bytes. Allow ${bounds.minPacketBytes}.`;
    _protocol.channelOpenFail(sender, ADMINISTRATIVELY_PROHIBITED, sentence);
    return false;
  };
  const fits = (isRead: boolean) => (recipient: number, data: Buffer) => {
    const found = channels.get(recipient);
    if (found === undefined || found === true) return false;
    const { incoming } = found._chanInfo ?? found;
    if (incoming === undefined) return false;
    if (data.length > incoming.window) {
      stop("You sent more than there was room for.");
      return false;
    }
    // ssh2 counts what it passes on, and drops the rest.
    if (!isRead || (found._chanInfo !== undefined && found._channel === undefined)) {
      incoming.window -= data.length;
    }
    return true;
  };
  const countUnread = (recipient: number, { length }: Buffer): void => {
    const found = channels.get(recipient);
    if (found === undefined || found === true) return;
    const channel = found._channel ?? found;
    const isFirst = (channel.readableLength ?? 0) <= length;
    pieces.set(channel, isFirst ? 1 : (pieces.get(channel) ?? 0) + 1);
    let unread = 0;
    for (const each of Object.values(channels._channels)) {
      const open = each === true ? undefined : (each._channel ?? each);
      if (!open?.readableLength) continue;
      unread += open.readableLength + (pieces.get(open) ?? 0) * PIECE_BYTES;
    }
    if (unread > bounds.unreadBytes) stop("You sent more than is read.");
  };

  for (const name of Object.keys(handlers)) {
    if (name === "CHANNEL_OPEN") guard(name, isBigEnough);
    else if (name === "CHANNEL_DATA") guard(name, fits(true));
    else if (name === "CHANNEL_EXTENDED_DATA") guard(name, fits(false));
    else guard(name);
  }
  client.on("rekey", () => {
    if (!mayRekey()) stop("You change keys too often.");
  });
}

/** Returns whether one more is allowed. */
export function perMinute(most: number): () => boolean {
  let left = most;
  let endsAt = 0;
  return () => {
    const now = performance.now();
    if (now >= endsAt) {
      endsAt = now + 60_000;
      left = most;
    }
    left -= 1;
    return left >= 0;
  };
}
