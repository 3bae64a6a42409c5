import type { ServerChannel } from "ssh2";
import type { Connection } from "../connection/connection.ts";
import { usage } from "../connection/command-error.ts";
import { answerScreen, type Console, type RunProgram, statusLine } from "../cli/console.ts";
import { NotWritten, type Write } from "../cli/output.ts";
import { fail } from "../cli/run-command.ts";
import type { ChannelTerminal } from "./channel-terminal.ts";
import { wordsOf } from "../cli/command-line.ts";
import type { ExitReason, Visit } from "./visit.ts";

type Exec = {
  readonly line: string;
  /** `null` without a pseudo-terminal. */
  readonly terminal: ChannelTerminal | null;
  readonly env: NodeJS.ProcessEnv;
  readonly connect: () => Promise<Connection>;
  /** What `latchkey` alone runs here. */
  readonly openTerminal: () => Promise<Visit>;
  readonly runProgram: RunProgram;
  readonly now: () => Date;
  /** Logs a defect. */
  readonly onDefect: (error: unknown) => void;
};

/** One command, in this process, as the user of this session. */
export function runExec(channel: ServerChannel, exec: Exec): Visit {
  const { line, terminal, env, connect, openTerminal, runProgram, now, onDefect } = exec;
  const interrupts = new Set<() => void>();
  const left = Promise.withResolvers<number>();
  const over = new AbortController();
  const streams =
    terminal === null ? plainStreams(channel, over.signal) : terminalStreams(terminal, over.signal);
  let opened: Visit | null = null;
  const interrupt = () => {
    for (const listener of interrupts) listener();
  };
  channel.once("close", () => {
    interrupt();
    over.abort();
  });
  const console: Console = {
    ...streams,
    env,
    now,
    isLocal: false,
    isOutClosed: false,
    onDefect,
    connect: async ({ url, dataDir }) => {
      if (url !== undefined) throw usage("Over SSH the server is this one: leave out --url.");
      if (dataDir !== undefined) {
        throw usage("Over SSH the data is the server's: leave out --data-dir.");
      }
      return connect();
    },
    onInterrupt: (listener) => {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
  };
  const run = async (): Promise<number> => {
    try {
      return await runProgram(argumentsOf(line), console, async () => {
        opened = await openTerminal();
        return opened.done;
      });
    } catch (error) {
      return await fail(console, {}, error);
    }
  };
  return {
    done: Promise.race([run(), left.promise]).then(async (code) => {
      await terminal?.flush();
      return code;
    }),
    interrupt,
    leave: (exitReason: ExitReason) => {
      if (opened !== null) return opened.leave(exitReason);
      streams.err(exitReason.sentence);
      interrupt();
      left.resolve(exitReason.exitCode);
      over.abort();
    },
  };
}

/** A leading `latchkey` is not a command's name. */
function argumentsOf(line: string): string[] {
  const words = wordsOf(line);
  return words[0] === "latchkey" ? words.slice(1) : words;
}

type Streams = Pick<
  Console,
  "stdin" | "out" | "err" | "prompts" | "interactive" | "screen" | "status"
>;

function plainStreams(channel: ServerChannel, over: AbortSignal): Streams {
  return {
    stdin: channel as unknown as NodeJS.ReadStream,
    out: writerTo(channel, over),
    err: (text) => channel.stderr.write(`${text}\n`),
    prompts: channel.stderr,
    interactive: false,
    screen: null,
    status: null,
  };
}

function terminalStreams({ stdin, stdout }: ChannelTerminal, over: AbortSignal): Streams {
  return {
    stdin,
    out: writerTo(stdout, over),
    err: (text) => stdout.write(`${text}\n`),
    prompts: stdout,
    interactive: true,
    screen: answerScreen(stdout),
    status: statusLine(stdout),
  };
}

/** Waits until the client has room for it. A stream says nothing about what its other end left unread. */
function writerTo(stream: NodeJS.WritableStream, over: AbortSignal): Write {
  return (text) =>
    new Promise((written, failed) => {
      const gone = () => failed(new NotWritten({ name: "", message: "", code: "EPIPE" }));
      if (over.aborted) return gone();
      over.addEventListener("abort", gone);
      stream.write(`${text}\n`, (error) => {
        over.removeEventListener("abort", gone);
        if (error) gone();
        else written();
      });
      return undefined;
    });
}
