import { type CallError, errorOf, type LatchkeyClient } from "@latchkey/server/client";
import { type ErrorCode, redactTokens } from "@latchkey/core";
import { CommandError } from "./command-error.ts";
import type { Console } from "./console.ts";
import { exitCodes } from "./exit-code.ts";

/** What every command takes. */
export type CommonOptions = {
  readonly json?: true;
  readonly dataDir?: string;
  readonly url?: string;
};

/** A command's answer: what `--json` prints, and what a person reads. */
export type Answer = {
  readonly json: unknown;
  /** The lines on standard output, without their last line end. */
  readonly text: string;
  /** What is said beside it, on standard error. */
  readonly aside?: string;
  /** 0 where left out. */
  readonly exitCode?: number;
};

/**
 * Reaches an installation, runs one command against it, prints its answer or its failure, and closes.
 *
 * @returns the exit code
 */
export async function runCommand(
  console: Console,
  options: CommonOptions,
  command: (client: LatchkeyClient) => Promise<Answer>,
): Promise<number> {
  try {
    const { connect } = await import("../installation/connect.ts");
    const connection = await connect(console.env, options);
    try {
      return print(console, options, await command(connection.client));
    } finally {
      await connection.close();
    }
  } catch (error) {
    return fail(console, options, error);
  }
}

/** Prints an answer in the form that was asked for, and gives its exit code. */
export function print(console: Console, { json }: CommonOptions, answer: Answer): number {
  if (json === true) console.out(JSON.stringify(answer.json));
  else {
    if (answer.text !== "") console.out(answer.text);
    if (answer.aside !== undefined) console.err(answer.aside);
  }
  return answer.exitCode ?? 0;
}

/** Prints a failure in the form that was asked for, and gives its exit code. */
export function fail(console: Console, { json }: CommonOptions, thrown: unknown): number {
  const failure = failureOf(thrown);
  const { code } = failure;
  const message = redactTokens(failure.message);
  if (json === true) console.out(JSON.stringify({ error: { code, message } }));
  else console.err(message);
  return exitCodes[code];
}

function failureOf(thrown: unknown): Pick<CallError, "code" | "message"> {
  if (thrown instanceof CommandError) return thrown;
  // Named, not imported: the class lives with the server, which a failing command may not have loaded.
  if (thrown instanceof Error && thrown.name === "StartRefused") {
    return { code: (thrown as Error & { code: ErrorCode }).code, message: thrown.message };
  }
  if (thrown instanceof Error && thrown.name !== "TRPCClientError") {
    return { code: "INTERNAL", message: `Latchkey could not start: ${thrown.message}` };
  }
  return errorOf(thrown);
}
