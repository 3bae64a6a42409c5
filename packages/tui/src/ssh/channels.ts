import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "@latchkey/core";
import type { Connection as Client, ServerChannel, Session as Requests } from "ssh2";
import { CommandError, usage } from "../cli/command-error.ts";
import type { RunProgram } from "../cli/console.ts";
import { exitCodes } from "../cli/exit-code.ts";
import type { SshdConnection } from "../installation/sshd-connection.ts";
import type { SshBounds } from "./bounds.ts";
import { type ChannelTerminal, channelTerminal, type Size } from "./channel-terminal.ts";
import { runExec } from "./exec.ts";
import { runShell } from "./shell.ts";
import { terminalEnvironment } from "./terminal-environment.ts";
import { farewells, type Farewell, type Visit } from "./visit.ts";

/** How long somebody may take to hear that they have to leave. */
const PATIENCE_MS = 3_000;

type Door = {
  /** The session of this connection, begun when it is first asked for; `null` for nobody. */
  readonly session: () => Promise<SshdConnection | null>;
  readonly bounds: SshBounds;
  readonly runProgram: RunProgram;
  /** Logs a defect. */
  readonly defect: (error: unknown) => void;
};

/** Serves the channels of one client: terminals and commands, nothing else. */
export function serveChannels(client: Client, door: Door) {
  /** What runs, until the other end knows that it has ended. */
  const visits = new Map<Visit, Promise<unknown>>();
  let channels = 0;
  let isGone = false;
  /** Once the server has ended the session. */
  let ending: Promise<void> | undefined;

  const leaveAll = async (farewell: Farewell): Promise<void> => {
    const ending = [...visits.values()];
    for (const visit of visits.keys()) visit.leave(farewell);
    const late = new AbortController();
    await Promise.race([
      Promise.all(ending),
      sleep(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
  };
  const sessionOrThrow = async (): Promise<SshdConnection> => {
    const session = await door.session();
    if (session === null) {
      throw new CommandError(
        "UNAUTHENTICATED",
        "Your key lets nobody in any more, or too often at once.",
      );
    }
    ending ??= session.over.then(() => leaveAll(farewells.over)).then(() => void client.end());
    // It lasts as long as the connection, whatever ends on a channel.
    return { ...session, close: async () => {} };
  };
  const internal = (error: unknown): CommandError => {
    door.defect(error);
    return new CommandError("INTERNAL", describeError({ code: "INTERNAL" }));
  };
  const serve = (channel: ServerChannel, begin: () => Promise<Visit>): void => {
    // A channel that fails takes nothing with it.
    for (const stream of [channel, channel.stderr]) stream.on("error", () => {});
    const closed = new Promise((done) => channel.once("close", done));
    let visit: Visit | null = null;
    const run = async (): Promise<number> => {
      try {
        visit = await begin();
        visits.set(visit, closed);
        if (isGone) visit.leave(farewells.over);
        return await visit.done;
      } catch (error) {
        const { code, message } = error instanceof CommandError ? error : internal(error);
        channel.stderr.write(`${message}\r\n`);
        return exitCodes[code];
      }
    };
    void run().then((code) => {
      if (channel.writable) {
        channel.exit(code);
        channel.end();
      }
      void closed.then(() => visit !== null && visits.delete(visit));
    });
  };

  const answer = (requests: Requests): void => {
    const { env, set } = terminalEnvironment();
    let size: Size | null = null;
    let terminal: ChannelTerminal | null = null;
    let visit: Visit | null = null;
    const terminalOn = (channel: ServerChannel): ChannelTerminal | null => {
      if (size !== null) {
        terminal = channelTerminal(channel, size, () => visit?.leave(farewells.flooded));
      }
      return terminal;
    };
    const shell = async (on: ChannelTerminal | null): Promise<Visit> => {
      if (on === null) throw usage(NO_TERMINAL);
      const connection = await sessionOrThrow();
      const { expiresAt } = connection;
      return runShell({ terminal: on, env, connection, expiresAt, bounds: door.bounds });
    };
    requests.on("pty", (accept, _, { cols, rows, ...info }) => {
      size = { columns: cols, rows };
      const { term } = info as { term?: string };
      if (term !== undefined) set("TERM", term);
      accept?.();
    });
    requests.on("window-change", (accept, _, { cols, rows }) => {
      terminal?.resize({ columns: cols, rows });
      accept?.();
    });
    requests.on("env", (accept, reject, { key, val }) => {
      if (set(key, val)) accept?.();
      else reject?.();
    });
    requests.on("signal", (accept) => {
      visit?.interrupt();
      accept?.();
    });
    requests.on("shell", (accept) => {
      const channel = accept();
      serve(channel, async () => (visit = await shell(terminalOn(channel))));
    });
    requests.on("exec", (accept, _, { command: line }) => {
      const channel = accept();
      const on = terminalOn(channel);
      const openTerminal = () => shell(on);
      serve(channel, async () => {
        visit = runExec(channel, {
          line,
          terminal: on,
          env,
          connect: sessionOrThrow,
          openTerminal,
          runProgram: door.runProgram,
        });
        return visit;
      });
    });
  };

  client.on("session", (accept, reject) => {
    if (channels >= door.bounds.channelsPerConnection) return reject();
    channels += 1;
    const requests = accept();
    requests.once("close", () => (channels -= 1));
    try {
      answer(requests);
    } catch (error) {
      door.defect(error);
      client.end();
    }
  });
  // What else could be asked for: forwarded ports and sockets. ssh2 refuses them where nobody listens.
  return {
    leave: () => leaveAll(farewells.stopping),
    /** The other end has gone: what runs ends. */
    gone: (): void => {
      isGone = true;
      void leaveAll(farewells.over);
    },
  };
}

const NO_TERMINAL =
  "The terminal UI needs a terminal: ssh -t. Commands need none: ssh HOST keys list.";
