import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "@latchkey/core";
import type { Connection as Client, ServerChannel, Session as Requests } from "ssh2";
import { CommandError, usage } from "../connection/command-error.ts";
import type { RunProgram } from "../cli/console.ts";
import { exitCodes } from "../cli/exit-code.ts";
import type { SshdConnection } from "../connection/sshd-connection.ts";
import { boundChannel } from "./bound-channel.ts";
import type { SshBounds } from "./bounds.ts";
import { type ChannelTerminal, channelTerminal, type Size } from "./channel-terminal.ts";
import { runExec } from "./exec.ts";
import { perMinute } from "./limit-client.ts";
import { runShell } from "./shell.ts";
import { DISCONNECT, disconnect } from "./ssh2-internals.ts";
import { terminalEnvironment } from "./terminal-environment.ts";
import { exitReasons, type ExitReason, type Visit } from "./visit.ts";

/** How long a client may take to receive its exit message. */
const PATIENCE_MS = 3_000;

type Gateway = {
  /** The session of this connection. */
  readonly session: SshdConnection;
  readonly bounds: SshBounds;
  readonly now: () => Date;
  readonly runProgram: RunProgram;
  /** Logs a defect. */
  readonly defect: (error: unknown) => void;
  /** Called when nothing has run for as long as a connection may be unused. */
  readonly unused: () => void;
};

/** Serves the channels of one client: terminals and commands, nothing else. */
export function serveChannels(client: Client, gateway: Gateway) {
  /** What is running, until the other end knows that it has ended. */
  const visits = new Map<Visit, Promise<unknown>>();
  const { bounds, now } = gateway;
  let channels = 0;
  let isGone = false;
  const gone = Promise.withResolvers<void>();

  const leaveAll = async (exitReason: ExitReason): Promise<void> => {
    const ending = [...visits.values()];
    for (const visit of visits.keys()) visit.leave(exitReason);
    const late = new AbortController();
    await Promise.race([
      Promise.all(ending),
      gone.promise,
      sleep(PATIENCE_MS, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
  };
  // Lasts as long as the connection, whatever ends on a channel.
  const connection: SshdConnection = { ...gateway.session, close: async () => {} };
  const { expiresAt } = connection;
  const end = (because: ExitReason): void => {
    if (isGone) return;
    void leaveAll(because).then(() =>
      disconnect(client, DISCONNECT.byApplication, because.sentence),
    );
  };
  void connection.over.then(() => end(exitReasons.over));
  const expiry = setTimeout(end, expiresAt.getTime() - now().getTime(), exitReasons.expired);

  let running = 0;
  const startUnused = () => setTimeout(gateway.unused, bounds.unusedMs);
  let unused = startUnused();
  /** Until then the connection is in use. */
  const useUntil = (done: Promise<unknown>): void => {
    clearTimeout(unused);
    running += 1;
    void done.finally(() => {
      running -= 1;
      if (running === 0 && !isGone) unused = startUnused();
    });
  };
  const internal = (error: unknown): CommandError => {
    gateway.defect(error);
    return new CommandError("INTERNAL", describeError({ code: "INTERNAL" }));
  };
  const serve = (channel: ServerChannel, begin: () => Promise<Visit>): void => {
    // A failed channel affects no other.
    for (const stream of [channel, channel.stderr]) stream.on("error", () => {});
    const closed = new Promise((done) => channel.once("close", done));
    let visit: Visit | null = null;
    const run = async (): Promise<number> => {
      try {
        visit = await begin();
        visits.set(visit, closed);
        if (isGone) visit.leave(exitReasons.over);
        return await visit.done;
      } catch (error) {
        const { code, message } = error instanceof CommandError ? error : internal(error);
        channel.stderr.write(`${message}\r\n`);
        return exitCodes[code];
      }
    };
    const done = run().then((code) => {
      if (channel.writable) {
        channel.exit(code);
        channel.end();
      }
      // Input that no program reads any more: until it is gone the channel is not closed.
      channel.resume();
      void closed.then(() => visit !== null && visits.delete(visit));
    });
    useUntil(done);
  };

  /** `null` if a program is already running there, or no more data can come. */
  const opened = (accept: () => ServerChannel | undefined): ServerChannel | null => {
    const channel = accept();
    if (channel === undefined) return null;
    boundChannel(client, channel);
    return channel;
  };

  const answer = (requests: Requests): void => {
    const { env, set } = terminalEnvironment();
    let size: Size | null = null;
    let terminal: ChannelTerminal | null = null;
    let visit: Visit | null = null;
    const terminalOn = (channel: ServerChannel): ChannelTerminal | null => {
      if (size !== null) {
        terminal = channelTerminal(channel, size, () => visit?.leave(exitReasons.flooded));
      }
      return terminal;
    };
    const shell = async (on: ChannelTerminal | null): Promise<Visit> => {
      if (on === null) throw usage(NO_TERMINAL);
      const onDefect = gateway.defect;
      return runShell({ terminal: on, env, connection, expiresAt, now, bounds, onDefect });
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
      const channel = opened(accept);
      if (channel === null) return;
      serve(channel, async () => (visit = await shell(terminalOn(channel))));
    });
    requests.on("exec", (accept, reject, { command: line }) => {
      if (Buffer.byteLength(line) > bounds.commandBytes) return reject?.();
      const channel = opened(accept);
      if (channel === null) return;
      const on = terminalOn(channel);
      const openTerminal = () => shell(on);
      serve(channel, async () => {
        visit = runExec(channel, {
          line,
          terminal: on,
          env,
          connect: async () => connection,
          openTerminal,
          runProgram: gateway.runProgram,
          now,
          onDefect: gateway.defect,
        });
        return visit;
      });
    });
  };

  const mayOpen = perMinute(bounds.channelsPerMinute);
  client.on("session", (accept, reject) => {
    if (channels >= bounds.channelsPerConnection || !mayOpen()) return reject();
    channels += 1;
    const requests = accept();
    requests.once("close", () => (channels -= 1));
    try {
      answer(requests);
    } catch (error) {
      gateway.defect(error);
      client.end();
    }
  });
  // Other requests are for forwarded ports and sockets. ssh2 refuses them without a listener.
  return {
    leave: () => leaveAll(exitReasons.stopping),
    /** The other end has closed: what runs is ended. */
    gone: (): void => {
      isGone = true;
      gone.resolve();
      clearTimeout(unused);
      clearTimeout(expiry);
      void leaveAll(exitReasons.over);
    },
  };
}

const NO_TERMINAL =
  "The terminal UI needs a terminal: ssh -t. Commands need none: ssh HOST keys list.";
