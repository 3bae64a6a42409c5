// oxlint-disable no-underscore-dangle -- ssh2 names so what it keeps to itself.
import type { Connection as Client, ServerChannel } from "ssh2";
import { internalsOf } from "./ssh2-internals.ts";

/** Beyond that no more input is accepted, until some of it was read. */
const UNREAD_BYTES = 64 * 1024;
const PIECE_BYTES = 32 * 1024;

type Write = (data: Buffer, encoding: BufferEncoding | null, done: () => void) => void;

/** Where ssh2 queues data for the client. It does not clear it by itself, and would send it twice. */
type Waiting = { _chunk?: unknown; _chunkcb?: unknown; _chunkErr?: unknown; _chunkcbErr?: unknown };

/**
 * Makes a channel's output wait until its client reads it from the network. ssh2 itself only waits for the client's
 * window, which can be enlarged without reading anything.
 */
export function boundChannel(client: Client, channel: ServerChannel): void {
  const { _sock: socket, _protocol: protocol } = internalsOf(client);
  const { _readableState } = channel as unknown as { _readableState: { highWaterMark: number } };
  _readableState.highWaterMark = UNREAD_BYTES;

  const whenTaken = (then: () => void): void => {
    if (protocol._kexinit !== undefined) client.once("rekey", () => whenTaken(then));
    else if (socket.writableNeedDrain) socket.once("drain", () => whenTaken(then));
    else then();
  };
  const pace = (stream: { _write: Write }, forget: () => void): void => {
    const write = stream._write.bind(stream);
    const writeFrom = (at: number, data: Buffer, done: () => void): void => {
      const piece = data.subarray(at, at + PIECE_BYTES);
      if (piece.length === 0) return done();
      whenTaken(() => write(piece, null, () => writeFrom(at + piece.length, data, done)));
    };
    stream._write = (data, _encoding, done) => {
      forget();
      writeFrom(0, data, done);
    };
  };
  const waiting = channel as unknown as Waiting;
  pace(channel as unknown as { _write: Write }, () => {
    delete waiting._chunk;
    delete waiting._chunkcb;
  });
  pace(channel.stderr as unknown as { _write: Write }, () => {
    delete waiting._chunkErr;
    delete waiting._chunkcbErr;
  });
}
