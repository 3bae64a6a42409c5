import { fstatSync, fsyncSync, readFileSync, statSync, writeSync } from "node:fs";

// Standard output. An answer counts as delivered once it has been written.

/** An answer that could not be written. */
export class NotWritten extends Error {
  override readonly name = "NotWritten";
  /** The operating system's code: `ENOSPC`; `EPIPE` if the reader has closed. */
  readonly code: string;

  constructor({ code = "EIO" }: NodeJS.ErrnoException) {
    super(`standard output could not be written (${code})`);
    this.code = code;
  }
}

type Stream = NodeJS.WriteStream & { readonly fd: number };

/** Resolves once the operating system has all of the text; rejects with `NotWritten`. */
export type Write = (text: string) => Promise<void>;

export function writerTo(stream: Stream): Write {
  // For files, Node's own stream neither retries a partial write to a nearly full disk nor reports it.
  if (isFile(stream)) return async (text) => writeWhole(stream.fd, Buffer.from(text));
  return (text) =>
    new Promise((written, failed) => {
      stream.write(text, (error) => (error ? failed(new NotWritten(error)) : written()));
    });
}

function isFile({ fd }: Stream): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** If space is allocated late, by a quota or a network file system, only `fsync` reports that there is none. */
const SPACE_CODES = ["ENOSPC", "EDQUOT", "EIO"];

function writeWhole(fd: number, bytes: Buffer): void {
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
  } catch (error) {
    throw new NotWritten(error as NodeJS.ErrnoException);
  }
  try {
    fsyncSync(fd);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (SPACE_CODES.includes(code)) throw new NotWritten({ code } as NodeJS.ErrnoException);
  }
}

/**
 * Whether standard output was closed before this program started: Node then opens the null device in its place, for
 * reading too, as does a program that discards another's output. A shell's `> /dev/null` is write-only. Known on
 * Linux; elsewhere it counts as open.
 */
export function isClosed({ fd }: Stream): boolean {
  try {
    if (fstatSync(fd).rdev !== statSync("/dev/null").rdev) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & 3) === 2;
  } catch {
    return false;
  }
}
