import { Writable } from "node:stream";
import type { ServerChannel } from "ssh2";
import { heldEscape } from "./held-escape.ts";

export type Size = { readonly columns: number; readonly rows: number };

/** A client's window size, in cells; it may send anything. */
const LEAST: Size = { columns: 20, rows: 6 };
const MOST: Size = { columns: 400, rows: 150 };
const USUAL: Size = { columns: 80, rows: 24 };
/** How much a slow reader may leave unread. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** The two streams of a terminal at the other end of a channel, as Ink and readline expect them. */
export type ChannelTerminal = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly resize: (size: Size) => void;
  /** Called whenever input arrives. */
  readonly onKeys: (listener: () => void) => void;
  /** Ends the input, as if the line had hung up; later input is dropped. */
  readonly hangUp: () => void;
  /** Writes what is left; what can't be written within a moment is dropped. */
  readonly flush: () => Promise<void>;
};

const FLUSH_MILLISECONDS = 2_000;
/** Of many sizes in a row the first and the last are drawn, and as many in between as there is time for. */
const RESIZE_MILLISECONDS = 50;

/** @param onFlood called when its reader leaves too much unread */
export function channelTerminal(
  channel: ServerChannel,
  size: Size,
  onFlood: () => void,
): ChannelTerminal {
  const keys = heldEscape();
  const hangUp = (): void => {
    channel.unpipe(keys);
    channel.resume();
    keys.end();
  };
  channel.pipe(keys);
  channel.once("close", hangUp);
  const nothing = () => keys;
  const stdin = Object.assign(keys, {
    isTTY: true,
    isRaw: true,
    setRawMode: nothing,
    ref: nothing,
    unref: nothing,
  });
  const screen = new ChannelScreen(channel, clamped(size), onFlood);
  // Writing to a closed connection is no error.
  for (const stream of [keys, screen]) stream.on("error", () => {});
  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: screen as unknown as NodeJS.WriteStream,
    resize: (next) => screen.resize(clamped(next)),
    onKeys: (listener) => channel.on("data", listener),
    hangUp,
    flush: () =>
      new Promise((done) => {
        const late = setTimeout(done, FLUSH_MILLISECONDS);
        screen.end(() => {
          clearTimeout(late);
          done();
        });
      }),
  };
}

class ChannelScreen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #channel: ServerChannel;
  readonly #onFlood: () => void;
  #next: Size | null = null;
  #resizing: NodeJS.Timeout | null = null;

  constructor(channel: ServerChannel, { columns, rows }: Size, onFlood: () => void) {
    super({ decodeStrings: false });
    this.#channel = channel;
    this.columns = columns;
    this.rows = rows;
    this.#onFlood = onFlood;
    // A closed client reads nothing more: what is left is dropped.
    channel.once("close", () => {
      if (this.#resizing !== null) clearTimeout(this.#resizing);
      this.destroy();
    });
  }

  resize(size: Size): void {
    if (this.#resizing !== null) {
      this.#next = size;
      return;
    }
    const { columns, rows } = size;
    if (columns === this.columns && rows === this.rows) return;
    this.columns = columns;
    this.rows = rows;
    this.emit("resize");
    this.#resizing = setTimeout(() => {
      this.#resizing = null;
      const next = this.#next;
      this.#next = null;
      if (next !== null) this.resize(next);
    }, RESIZE_MILLISECONDS);
  }

  override write(...written: [chunk: unknown]): boolean {
    const isReady = super.write(...written);
    if (this.writableLength > MAX_UNREAD_BYTES) this.#onFlood();
    return isReady;
  }

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    // A real terminal's driver does this; here it must be done.
    const text = chunk.toString().replace(/\r?\n/g, "\r\n");
    if (!this.#channel.writable) done();
    else if (this.#channel.write(text)) done();
    else this.#channel.once("drain", done);
  }
}

function clamped({ columns, rows }: Size): Size {
  const within = (given: number, least: number, usual: number, most: number) =>
    given > 0 && Number.isFinite(given) ? Math.min(Math.max(given, least), most) : usual;
  return {
    columns: within(columns, LEAST.columns, USUAL.columns, MOST.columns),
    rows: within(rows, LEAST.rows, USUAL.rows, MOST.rows),
  };
}
