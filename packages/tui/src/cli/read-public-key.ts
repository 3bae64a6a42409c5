import { open } from "node:fs/promises";
import { describeError, holdsPrivateKey, PRIVATE_KEY_GIVEN, readSshKeyLine } from "@latchkey/core";
import { textOf } from "../format/decode.ts";
import { readBytes } from "./ask.ts";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";

// Public keys from a file or standard input. Checked before anything is sent: it may be a private one.

/** No public key is longer: a wrong file is recognised without being read completely. */
const MAX_FILE_BYTES = 16 * 1024;

/** One public key as OpenSSH's line, with its comment. Error: wrong usage, with what to do. */
export async function readPublicKey(console: Console, file: string): Promise<string> {
  const text = await readText(console, file);
  const parsed = readSshKeyLine(text);
  if (!parsed.ok) throw usage(describeError(parsed.error));
  // Whatever else is in the file is not sent.
  return lineWithComment(parsed.value);
}

/** The accepted keys of a list, and why the others are not. Error: wrong usage if there is none. */
export async function readPublicKeys(
  console: Console,
  file: string,
): Promise<{ readonly keys: readonly string[]; readonly refused: readonly string[] }> {
  const text = await readText(console, file);
  if (holdsPrivateKey(text)) throw usage(`publicKey: ${PRIVATE_KEY_GIVEN}`);
  const lines = text.split(/\r\n|\r|\n/).filter((line) => !/^\s*(#|$)/.test(line));
  const read = lines.map((line) => readSshKeyLine(line));
  const keys = read.flatMap((parsed) => (parsed.ok ? [lineWithComment(parsed.value)] : []));
  const refused = read.flatMap((parsed, index) =>
    parsed.ok ? [] : [`Key ${index + 1} is left out. ${describeError(parsed.error)}`],
  );
  if (keys.length > 0) return { keys, refused };
  throw usage(["The list holds no key that is taken.", ...refused].join("\n"));
}

function lineWithComment({ line, comment }: { line: string; comment: string }): string {
  return `${line} ${comment}`.trim();
}

async function readText(console: Console, path: string): Promise<string> {
  if (path === "-") return textOf(await readBytes(console.stdin));
  // Over SSH the files would be the server's.
  if (!console.isLocal) {
    throw usage("Over SSH a key comes from standard input: add -, and < its file.");
  }
  const file = await open(path).catch(() => null);
  if (file === null) throw usage(`${path} can't be read. Give the file of a public key.`);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_FILE_BYTES + 1), 0);
    if (bytesRead <= MAX_FILE_BYTES) return textOf(buffer.subarray(0, bytesRead));
  } catch {
    // A folder can be opened, but not read.
  } finally {
    await file.close();
  }
  throw usage(`${path} is no public key. Give a file like ~/.ssh/id_ed25519.pub.`);
}
