import type { Connection, Opening } from "../connection/connection.ts";
import type { Target } from "../connection/connect.ts";
import { isClosed, type Write, writerTo } from "./output.ts";

/** A terminal that answers go to. */
export type AnswerScreen = {
  readonly columns: number;
  readonly rows: number;
  readonly write: (text: string) => void;
  /** Returns an unsubscribe function. */
  readonly onResize: (listener: () => void) => () => void;
};

/** Runs a command line on a console, where `latchkey` alone runs `openTerminal`; returns the exit code. */
export type RunProgram = (
  args: readonly string[],
  console: Console,
  openTerminal: (opening: Opening) => Promise<number>,
) => Promise<number>;

/** What a command reads and writes. Answers go to `out`, messages for people to `err`. */
export type Console = {
  readonly stdin: NodeJS.ReadStream;
  /** Writes a line; resolves once it is written, rejects with `NotWritten`. */
  readonly out: Write;
  /** Whether `out` is closed. */
  readonly isOutClosed: boolean;
  /** Writes a line, if possible. */
  readonly err: (text: string) => void;
  /** Whether a person can be asked: both ends are a terminal. */
  readonly interactive: boolean;
  /** `null` if a program or a file gets the answers. */
  readonly screen: AnswerScreen | null;
  /** Shows one line that the next one replaces; "" removes it. `null` if there is no terminal. */
  readonly status: ((text: string) => void) | null;
  readonly env: NodeJS.ProcessEnv;
  /** The clock. */
  readonly now: () => Date;
  /** Where questions are written. */
  readonly prompts: NodeJS.WritableStream;
  /** Whether this is the person's own machine, with files and a login of theirs. */
  readonly isLocal: boolean;
  /** Logs a defect, if the person is elsewhere and sees only that there was one. */
  readonly onDefect?: (error: unknown) => void;
  /** Rejects with an Error whose message is a sentence for people. */
  readonly connect: (target: Target) => Promise<Connection>;
  /** Called when a person ends a command that would last forever, or its output is closed; returns an unsubscribe function. */
  readonly onInterrupt: (listener: () => void) => () => void;
};

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const CLEAR_LINE = "\r\u001B[K";

export function processConsole(): Console {
  const { stdin, stdout, stderr, env } = process;
  const write = writerTo(stdout);
  return {
    stdin,
    out: (text) => write(`${text}\n`),
    isOutClosed: isClosed(stdout),
    err: (text) => stderr.write(`${text}\n`),
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    screen: stdout.isTTY === true ? answerScreen(stdout) : null,
    status: stderr.isTTY === true ? statusLine(stderr) : null,
    env,
    now: () => new Date(),
    prompts: stderr,
    isLocal: true,
    connect: async (place) => {
      const { connect } = await import("../connection/connect.ts");
      return connect(env, place);
    },
    onInterrupt: (listener) => {
      for (const signal of SIGNALS) process.once(signal, listener);
      stdout.once("error", listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
        stdout.off("error", listener);
      };
    },
  };
}

/** Writes one line that the next one replaces. */
export function statusLine(stream: NodeJS.WriteStream): (text: string) => void {
  return (text) => stream.write(CLEAR_LINE + text);
}

export function answerScreen(stdout: NodeJS.WriteStream): AnswerScreen {
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    write: (text) => stdout.write(text),
    onResize: (listener) => {
      stdout.on("resize", listener);
      return () => stdout.off("resize", listener);
    },
  };
}
