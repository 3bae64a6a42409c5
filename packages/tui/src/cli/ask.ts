import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { exactText, textOf } from "../format/decode.ts";
import { Interrupted } from "./interrupted.ts";

/** No token, and no list of public keys, is longer. */
const MAX_INPUT_BYTES = 64 * 1024;

/**
 * Asks before something that can't be undone. Without a terminal, `--yes` is required.
 *
 * @throws Interrupted if the answer is not yes
 */
export async function confirm(
  { stdin, err, prompts, interactive }: Console,
  { fact, question }: { readonly fact: string; readonly question: string },
): Promise<void> {
  if (!interactive) throw usage("This can't be undone. Add --yes to do it without being asked.");
  err(fact);
  const ends = { stdin, prompts };
  const answer = await answerTo(ends, onTerminal(ends), `${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Interrupted("no");
}

/** A secret from standard input, never from an argument; typed on a terminal it isn't shown. */
export async function readSecret(
  { stdin, err, prompts }: Console,
  prompt: string,
): Promise<string> {
  if (stdin.isTTY !== true) return textOf(await readBytes(stdin));
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Before the prompt, which is what a person waits for: from here on nothing that is typed is echoed.
  const asking = createInterface({ input: stdin, output: silent, terminal: true });
  prompts.write(prompt);
  try {
    return await answerTo({ stdin, prompts }, asking, "");
  } finally {
    err("");
  }
}

/** A password as typed or piped; every character counts except the line end. */
export async function readPassword(console: Console, prompt: string): Promise<string> {
  if (console.stdin.isTTY === true) return readSecret(console, prompt);
  const [password = "", ...more] = await readPasswordLines(console);
  if (more.length > 0) throw usage("Give one password, on one line of standard input.");
  return password;
}

/** Each line of standard input, which must decode exactly. */
export async function readPasswordLines({ stdin }: Console): Promise<string[]> {
  const bytes = await readBytes(stdin);
  const text = exactText(bytes);
  if (text !== null) return text.replace(/\r?\n$/, "").split(/\r?\n/);
  throw usage("Standard input is not plain UTF-8 text without a byte order mark. Save it as such.");
}

/** A new password: typed twice on a terminal, else the one line of standard input. */
export async function readNewPassword(console: Console): Promise<string> {
  const password = await readPassword(console, "New password: ");
  if (console.stdin.isTTY !== true) return password;
  if (password === (await readSecret(console, "Once more: "))) return password;
  throw usage("The two passwords differ. Nothing was changed.");
}

/** An option or argument, or what a person answers instead. */
type Wanted = {
  readonly given: string | undefined;
  /** E.g. `--title`. */
  readonly name: string;
  readonly prompt: string;
  /** Prefilled, to be edited. */
  readonly before?: string;
};

/**
 * The given value, else asked for on a terminal, until it is not empty.
 *
 * @throws CommandError INPUT_INVALID if there is no terminal to ask on, or with `json`, which is for programs
 */
export async function given(
  console: Console,
  { json }: { readonly json?: true | undefined },
  wanted: Wanted,
): Promise<string> {
  if (wanted.given !== undefined) return wanted.given;
  requireUnlessAsked(console, { json }, wanted.name, wanted.given);
  for (;;) {
    const asking = onTerminal(console);
    const answering = answerTo(console, asking, wanted.prompt);
    if (wanted.before !== undefined) asking.write(wanted.before);
    const answer = (await answering).trim();
    if (answer !== "") return answer;
  }
}

/** Throws CommandError INPUT_INVALID for what is missing without a terminal to ask on. */
export function requireUnlessAsked(
  console: Console,
  { json }: { readonly json?: true | undefined },
  name: string,
  value: string | undefined,
): void {
  if (value === undefined && !canBeAsked(console, json)) throw usage(`${name} is missing.`);
}

function canBeAsked({ interactive }: Console, json: true | undefined): boolean {
  return interactive && json !== true;
}

/** The line is rewritten with each typed key. */
const MAX_TYPED_BYTES = 8 * 1024;

type Ends = Pick<Console, "stdin" | "prompts">;

function onTerminal({ stdin, prompts }: Ends): Interface {
  return createInterface({ input: stdin, output: prompts });
}

/** One line. Ctrl-C and the end of the input end the command. */
async function answerTo(
  { stdin, prompts }: Ends,
  asking: Interface,
  prompt: string,
): Promise<string> {
  let bytes = 0;
  let count = (_chunk: Buffer | string): void => {};
  const ended = new Promise<never>((_answered, interrupted) => {
    count = (chunk) => {
      bytes += chunk.length;
      if (bytes > MAX_TYPED_BYTES) interrupted(usage("This is too long for an answer."));
    };
    stdin.on("data", count);
    asking.once("SIGINT", () => {
      prompts.write("\n");
      interrupted(new Interrupted("signal"));
    });
    asking.once("close", () => interrupted(new Interrupted("end")));
  });
  const ahead: string[] = [];
  asking.on("line", (line) => ahead.push(`${line}\r`));
  const answer = await Promise.race([asking.question(prompt), ended]).finally(() => {
    stdin.off("data", count);
    asking.close();
  });
  // Typed-ahead input has answered the next question too.
  const rest = ahead.join("") + asking.line;
  if (rest !== "") stdin.unshift(rest);
  return answer;
}

/** All of standard input. Error: wrong usage if it is too long. */
export async function readBytes(stdin: NodeJS.ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MAX_INPUT_BYTES) throw usage("Standard input is too long.");
  }
  return Buffer.concat(chunks);
}
