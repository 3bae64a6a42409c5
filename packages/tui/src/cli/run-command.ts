import { describeError, type ErrorCode, redactTokens } from "@latchkey/core";
import { type CallError, errorOf, type LatchkeyClient } from "@latchkey/client";
import { escape } from "../format/escape.ts";
import { withTimes } from "../format/failure.ts";
import { jsonText } from "../format/json.ts";
import { exact, exactUtc } from "../format/time.ts";
import { requireUnlessAsked } from "./ask.ts";
import { CommandError } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { exitCodes } from "./exit-code.ts";
import { Interrupted } from "./interrupted.ts";
import { NotWritten } from "./output.ts";
import { type Layout, layoutFor } from "./layout.ts";

/** What every command takes. */
export type CommonOptions = {
  readonly json?: true;
  readonly dataDir?: string;
  readonly url?: string;
  readonly utc?: true;
};

/** A command's answer: what `--json` prints, and what a person reads. */
export type CommandOutput = {
  readonly json: unknown;
  /** The lines on standard output, without their last line end. */
  readonly text: string;
  /** The message beside it, on standard error. */
  readonly aside?: string;
  /** 0 by default. */
  readonly exitCode?: number;
  /** What to do if it can't be written and can't be repeated. */
  readonly lost?: string;
};

/** A failure after a part of the answer was written. It goes to standard error, also for a program. */
export class CutShort extends Error {
  override readonly name = "CutShort";

  constructor(cause: unknown) {
    super("the answer was cut short", { cause });
  }
}

/** What a command works with. */
export type Work<Options extends CommonOptions = CommonOptions> = {
  readonly console: Console;
  readonly client: LatchkeyClient;
  readonly options: Options;
  readonly layout: Layout;
};

/** What a command requires, by name; a person may be asked for what is missing. */
type Needed = Readonly<Record<string, string | undefined>>;

export type Run = <Options extends CommonOptions>(
  options: Options,
  command: (work: Work<Options>) => Promise<CommandOutput | null>,
  needed?: Needed,
) => Promise<void>;

/** Commands of one console, whose exit codes go to `exit`. */
export function runner(console: Console, exit: (code: number) => void): Run {
  return async (options, command, needed = {}) =>
    exit(await runCommand(console, options, command, needed));
}

/**
 * Reaches an installation, runs one command against it, prints its answer or its failure, and closes.
 *
 * @returns the exit code
 */
async function runCommand<Options extends CommonOptions>(
  console: Console,
  options: Options,
  command: (work: Work<Options>) => Promise<CommandOutput | null>,
  needed: Needed,
): Promise<number> {
  try {
    // Before connecting: no database is created for a command that can't run.
    for (const [name, value] of Object.entries(needed))
      requireUnlessAsked(console, options, name, value);
    const connection = await console.connect(options);
    try {
      const { client } = connection;
      const layout = layoutFor(console, options);
      const answer = await command({ console, client, options, layout });
      // A command that ran until it was ended has written its answers itself.
      return answer === null ? 0 : await print(console, options, answer);
    } finally {
      await connection.close();
    }
  } catch (error) {
    return fail(console, options, error);
  }
}

/** Prints an answer in the requested format, and returns its exit code. */
export async function print(
  console: Console,
  { json }: CommonOptions,
  answer: CommandOutput,
): Promise<number> {
  const text = json === true ? jsonText(answer.json) : answer.text;
  try {
    if (text !== "") await console.out(text);
  } catch (error) {
    if (error instanceof NotWritten) return notWritten(console, error, answer);
    throw error;
  }
  if (json !== true && answer.aside !== undefined) console.err(answer.aside);
  return answer.exitCode ?? 0;
}

/** The reader of a list may close it early (`| head`); nobody may miss what is shown only once. */
function notWritten(
  console: Console,
  { code }: NotWritten,
  { exitCode = 0, lost }: Pick<CommandOutput, "exitCode" | "lost">,
): number {
  if (code === "EPIPE" && lost === undefined) return exitCode;
  const rest = lost === undefined ? "" : ` ${lost}`;
  console.err(`Standard output can't be written (${code}): the answer is lost.${rest}`);
  return exitCodes.UNAVAILABLE;
}

/** Prints a failure in the requested format, and returns its exit code. */
export async function fail(
  console: Console,
  { json, utc }: CommonOptions,
  thrown: unknown,
): Promise<number> {
  if (thrown instanceof NotWritten) return notWritten(console, thrown, {});
  if (thrown instanceof CutShort) return fail(console, utc === true ? { utc } : {}, thrown.cause);
  /** A failure that can't be written has its exit code all the same. */
  const say = async (error: { readonly code: string; readonly message: string }) => {
    try {
      await console.out(jsonText({ error }));
    } catch {
      console.err(error.message);
    }
  };
  if (thrown instanceof Interrupted) {
    const { code, message } = thrown;
    if (json === true && code !== null) await say({ code, message });
    else console.err(message);
    return thrown.exitCode;
  }
  const failure = failureOf(console, thrown);
  const { code } = failure;
  const message = redactTokens(failure.message).split("\n").map(escape).join("\n");
  if (json === true) await say({ code, message });
  else if (console.status === null) console.err(message);
  else console.err(withTimes(message, utc === true ? exactUtc : exact));
  return exitCodes[code];
}

function failureOf({ onDefect }: Console, thrown: unknown): Pick<CallError, "code" | "message"> {
  if (thrown instanceof CommandError) return thrown;
  // By name, not by import: the class is the server's, which a failing command may not have loaded.
  if (thrown instanceof Error && thrown.name === "StartRefused") {
    return { code: (thrown as Error & { code: ErrorCode }).code, message: thrown.message };
  }
  if (isOutOfFiles(thrown)) {
    const message = "This process may open no more files. Raise the limit, as with ulimit -n 1024.";
    return { code: "UNAVAILABLE", message };
  }
  if (thrown instanceof Error && "query" in thrown) {
    // Of an error of a database or its driver the message contains the text and the values of the query.
    return { code: "INTERNAL", message: describeError({ code: "INTERNAL" }) };
  }
  if (thrown instanceof Error && !/^(?:TRPCClientError|LocalFailure)$/.test(thrown.name)) {
    if (onDefect !== undefined) {
      onDefect(thrown);
      return { code: "INTERNAL", message: describeError({ code: "INTERNAL" }) };
    }
    return { code: "INTERNAL", message: `Latchkey could not start: ${thrown.message}` };
  }
  return errorOf(thrown);
}

function isOutOfFiles(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const { code } = thrown as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE" || isOutOfFiles(thrown.cause);
}
