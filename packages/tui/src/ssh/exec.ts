import type { ServerChannel } from "ssh2";
import type { Connection } from "../app/connection.ts";
import { usage } from "../cli/command-error.ts";
import { answerScreen, type Console, type RunProgram, statusLine } from "../cli/console.ts";
import { fail } from "../cli/run-command.ts";
import type { ChannelTerminal } from "./channel-terminal.ts";
import { wordsOf } from "./command-line.ts";
import type { Farewell, Visit } from "./visit.ts";

type Exec = {
  readonly line: string;
  /** `null` without a pseudo-terminal. */
  readonly terminal: ChannelTerminal | null;
  readonly env: NodeJS.ProcessEnv;
  readonly connect: () => Promise<Connection>;
  /** What `latchkey` alone does here. */
  readonly openTerminal: () => Promise<Visit>;
  readonly runProgram: RunProgram;
};

/** One command of the command line, in this process, as the person of this session. */
export function runExec(channel: ServerChannel, exec: Exec): Visit {
  const { line, terminal, env, connect, openTerminal, runProgram } = exec;
  const interrupts = new Set<() => void>();
  const left = Promise.withResolvers<number>();
  const streams = terminal === null ? plainStreams(channel) : terminalStreams(terminal);
  let opened: Visit | null = null;
  const interrupt = () => {
    for (const listener of interrupts) listener();
  };
  channel.once("close", interrupt);
  const console: Console = {
    ...streams,
    env,
    isLocal: false,
    isOutClosed: false,
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
    leave: (farewell: Farewell) => {
      if (opened !== null) return opened.leave(farewell);
      streams.err(farewell.sentence);
      interrupt();
      left.resolve(farewell.exitCode);
    },
  };
}

/** Whoever also typed the command's own name meant no command of that name. */
function argumentsOf(line: string): string[] {
  const words = wordsOf(line);
  return words[0] === "latchkey" ? words.slice(1) : words;
}

type Streams = Pick<
  Console,
  "stdin" | "out" | "err" | "prompts" | "interactive" | "screen" | "status"
>;

function plainStreams(channel: ServerChannel): Streams {
  return {
    stdin: channel as unknown as NodeJS.ReadStream,
    out: async (text) => void channel.write(`${text}\n`),
    err: (text) => channel.stderr.write(`${text}\n`),
    prompts: channel.stderr,
    interactive: false,
    screen: null,
    status: null,
  };
}

function terminalStreams({ stdin, stdout }: ChannelTerminal): Streams {
  return {
    stdin,
    out: async (text) => void stdout.write(`${text}\n`),
    err: (text) => stdout.write(`${text}\n`),
    prompts: stdout,
    interactive: true,
    screen: answerScreen(stdout),
    status: statusLine(stdout),
  };
}
