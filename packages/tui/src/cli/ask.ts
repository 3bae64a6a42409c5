import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { usage } from "./command-error.ts";
import type { Console } from "./console.ts";

/** No token, and no list of them, is longer. */
const MAX_INPUT_BYTES = 64 * 1024;

/** Asks before what can't be undone. Elsewhere than on a terminal `--yes` must have said it. */
export async function confirm(
  { stdin, interactive }: Console,
  question: string,
  yes: boolean,
): Promise<boolean> {
  if (yes) return true;
  if (!interactive) throw usage("This can't be undone. Add --yes to do it without being asked.");
  const asking = createInterface({ input: stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
  } finally {
    asking.close();
  }
}

/** A secret from standard input, never from an argument; typed on a terminal it isn't shown. */
export async function readSecret({ stdin, err }: Console, prompt: string): Promise<string> {
  if (stdin.isTTY !== true) return readAll(stdin);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: stdin, output: silent, terminal: true });
  process.stderr.write(prompt);
  try {
    return await asking.question("");
  } finally {
    asking.close();
    err("");
  }
}

/** A new password: typed twice on a terminal, else the whole of standard input. */
export async function readNewPassword(console: Console): Promise<string> {
  const password = await readSecret(console, "New password: ");
  if (console.stdin.isTTY !== true) return password;
  if (password === (await readSecret(console, "Once more: "))) return password;
  throw usage("The two passwords differ. Nothing was changed.");
}

export async function askLine({ stdin }: Console, prompt: string): Promise<string> {
  const asking = createInterface({ input: stdin, output: process.stderr });
  try {
    return (await asking.question(prompt)).trim();
  } finally {
    asking.close();
  }
}

/** The whole of standard input, without its last line end. Error: wrong usage where it is too long. */
export async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MAX_INPUT_BYTES) throw usage("Standard input is too long.");
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}
