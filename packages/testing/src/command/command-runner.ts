import type { ApiKey, EventPage, KeyPage } from "@latchkey/client";
import { LATCHKEY, latchkey, type Ran } from "./command.ts";
import { openTerminal, type Terminal } from "../terminal/pseudo-terminal.ts";

/** Somebody before a machine: what they have set there, and the built command and terminal to work with. */
export type CommandRunner = {
  readonly env: Record<string, string>;
  readonly run: (args: readonly string[], stdin?: string | Buffer) => Promise<Ran>;
  /** Runs with `--json`; fails unless the command exits with 0. */
  readonly json: <Answer>(args: readonly string[], stdin?: string) => Promise<Answer>;
  readonly create: (title: string, ...args: string[]) => Promise<{ key: ApiKey; token: string }>;
  readonly keys: (...args: string[]) => Promise<KeyPage>;
  readonly events: (...args: string[]) => Promise<EventPage>;
  /** What `keys verify` says of a token. */
  readonly verdict: (token: string) => Promise<string>;
  readonly terminal: (
    size?: { columns: number; rows: number },
    env?: Record<string, string>,
  ) => Terminal;
};

export function commandRunnerWith(env: Record<string, string>): CommandRunner {
  return commandRunnerBy({
    env,
    run: (args, stdin) => latchkey(args, stdin === undefined ? { env } : { env, stdin }),
    terminal: (size, more = {}) =>
      openTerminal(process.execPath, [LATCHKEY], { env: { ...env, ...more }, ...size }),
  });
}

/** The same with another way to the command and the terminal. */
export function commandRunnerBy(
  ways: Pick<CommandRunner, "env" | "run" | "terminal">,
): CommandRunner {
  const json = async <Answer>(args: readonly string[], stdin?: string): Promise<Answer> => {
    const { code, stdout, stderr } = await ways.run([...args, "--json"], stdin);
    if (code !== 0) throw new Error(`latchkey ${args.join(" ")}: ${code} ${stdout} ${stderr}`);
    return JSON.parse(stdout) as Answer;
  };
  return {
    ...ways,
    json,
    create: (title, ...args) => json(["keys", "create", "--title", title, ...args]),
    keys: (...args) => json(["keys", "list", ...args]),
    events: (...args) => json(["audit", "list", ...args]),
    verdict: async (token) => {
      const { stdout, stderr } = await ways.run(["keys", "verify"], token);
      return stdout.trim() || stderr;
    },
  };
}
