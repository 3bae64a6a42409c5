import type { Connection } from "../connection/connection.ts";
import { openSession } from "../app/session.ts";
import { runTerminal } from "../app/terminal.tsx";
import type { SshBounds } from "./bounds.ts";
import type { ChannelTerminal } from "./channel-terminal.ts";
import { startClocks } from "./clocks.ts";
import type { ExitReason, Visit } from "./visit.ts";

type Shell = {
  readonly terminal: ChannelTerminal;
  readonly env: NodeJS.ProcessEnv;
  readonly connection: Connection;
  readonly expiresAt: Date;
  readonly now: () => Date;
  readonly bounds: Pick<SshBounds, "idleMs" | "warningMs">;
  readonly onDefect: (error: unknown) => void;
};

/** The terminal UI on a channel with a pseudo-terminal. */
export function runShell(shell: Shell): Visit {
  const { terminal, env, connection, expiresAt, now, bounds, onDefect } = shell;
  let exitReason: ExitReason | null = null;
  const leave = (because: ExitReason): void => {
    exitReason ??= because;
    terminal.hangUp();
  };
  const { stdin, stdout } = terminal;
  const options = { connect: async () => connection, stdin, stdout, env, now, onDefect };
  const session = openSession(options);
  const warn = (text: string) =>
    session.store.dispatch({ type: "notified", notice: { tone: "error", text } });
  const clocks = startClocks({ now, expiresAt, bounds, warn, leave });
  terminal.onKeys(clocks.touch);

  const run = async (): Promise<number> => {
    try {
      const exitCode = await runTerminal(options, session);
      if (exitReason !== null) stdout.write(`${exitReason.sentence}\n`);
      return exitReason?.exitCode ?? exitCode;
    } finally {
      clocks.stop();
      await terminal.flush();
    }
  };
  return { done: run(), interrupt: () => {}, leave };
}
