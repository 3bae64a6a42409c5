import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { DEFAULT_PREFIX, isTokenPrefix } from "@latchkey/core";
import { z } from "zod";
import { StartRefused } from "./start-refused.ts";

// The environment, parsed in one place. Each variable stands beside what it decides.

const environment = z.object({
  /** PostgreSQL; without it the database is embedded in the data folder. */
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must start with postgres:// or postgresql://")
    .optional(),
  /** Where the embedded installation lives. Default: latchkey in the XDG data home. */
  LATCHKEY_DATA_DIR: z.string().min(1, "must name a folder").optional(),
  /** The file of the pepper. Default: pepper in the data folder. */
  LATCHKEY_PEPPER_FILE: z.string().min(1, "must name a file").optional(),
  /** What this installation's tokens begin with. */
  LATCHKEY_TOKEN_PREFIX: z
    .string()
    .refine(isTokenPrefix, "must be 1 to 16 of a-z, 0-9 and _, begin with a letter, and not be lks")
    .default(DEFAULT_PREFIX),
  XDG_DATA_HOME: z.string().optional(),
});

export type Config = {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Whether somebody chose the data folder, rather than leaving it at its default. */
  readonly dataDirIsChosen: boolean;
  readonly pepperFile: string | undefined;
  readonly tokenPrefix: string;
};

/**
 * What the environment decides. An empty variable counts as absent.
 *
 * @throws StartRefused naming the variable and the mend, without its value: URLs hold passwords
 */
export function readConfig(env: NodeJS.ProcessEnv, dataDirOption?: string): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartRefused(`${issue?.path.join(".")} ${issue?.message}.`, "INPUT_INVALID");
  }
  const { data } = parsed;
  const chosen = dataDirOption ?? data.LATCHKEY_DATA_DIR;
  const dataHome = data.XDG_DATA_HOME ?? join(homedir(), ".local", "share");
  return Object.freeze({
    databaseUrl: data.DATABASE_URL,
    dataDir: resolve(chosen ?? join(dataHome, "latchkey")),
    dataDirIsChosen: chosen !== undefined,
    pepperFile: data.LATCHKEY_PEPPER_FILE,
    tokenPrefix: data.LATCHKEY_TOKEN_PREFIX,
  });
}
