import { join } from "node:path";
import type { ApiKey, EventPage, KeyPage } from "@latchkey/server/client";
import { LATCHKEY, latchkey, type Ran } from "./command.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { openTerminal, type Terminal } from "./terminal.ts";

/** An embedded installation of this test's own, worked by the built command and terminal. */
export type Installation = {
  readonly dataDir: string;
  readonly env: Record<string, string>;
  readonly run: (args: readonly string[], stdin?: string | Buffer) => Promise<Ran>;
  /** Runs with `--json`; fails unless the command exits with 0. */
  readonly json: <Answer>(args: readonly string[], stdin?: string) => Promise<Answer>;
  readonly create: (title: string, ...args: string[]) => Promise<{ key: ApiKey; token: string }>;
  readonly keys: (...args: string[]) => Promise<KeyPage>;
  readonly events: (...args: string[]) => Promise<EventPage>;
  readonly terminal: (
    size?: { columns: number; rows: number },
    env?: Record<string, string>,
  ) => Terminal;
};

export async function installation(): Promise<Installation> {
  const home = await temporaryFolder();
  const dataDir = join(home, "data");
  const env = { HOME: home, LATCHKEY_DATA_DIR: dataDir };
  const run: Installation["run"] = (args, stdin) =>
    latchkey(args, stdin === undefined ? { env } : { env, stdin });
  const json = async <Answer>(args: readonly string[], stdin?: string): Promise<Answer> => {
    const { code, stdout, stderr } = await run([...args, "--json"], stdin);
    if (code !== 0) throw new Error(`latchkey ${args.join(" ")}: ${code} ${stdout} ${stderr}`);
    return JSON.parse(stdout) as Answer;
  };
  return {
    dataDir,
    env,
    run,
    json,
    create: (title, ...args) => json(["keys", "create", "--title", title, ...args]),
    keys: (...args) => json(["keys", "list", ...args]),
    events: (...args) => json(["audit", "list", ...args]),
    terminal: (size, more = {}) =>
      openTerminal(process.execPath, [LATCHKEY], { env: { ...env, ...more }, ...size }),
  };
}

/** The same, held by a terminal, so that each command joins it rather than opening a database. */
export async function heldInstallation(): Promise<Installation> {
  const held = await installation();
  const holder = held.terminal();
  await holder.shows("No secret API keys yet.");
  return held;
}
