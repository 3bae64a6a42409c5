import { isAbsolute, join, resolve } from "node:path";
import { DEFAULT_PREFIX, isTokenPrefix, Redacted } from "@latchkey/core";
import { z } from "zod";
import { checkVariables, type serverVariables } from "./check-variables.ts";
import { baseFolder } from "../files/base-folder.ts";
import type { LogLevel } from "../log/log.ts";
import { hostName } from "./host-name.ts";
import { parseNetwork } from "./network.ts";
import { StartRefused } from "../faults/start-refused.ts";

// The environment, parsed in one place. Each variable is beside what it configures.

/** A name or address of this machine, and a port; 0 for any free one. */
export type Address = { readonly host: string; readonly port: number };

/** A list separated by commas, empty if the variable is not set. */
const list = (message: string, isItem: (text: string) => boolean) =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    )
    .refine((items) => items.every(isItem), message)
    .default([]);

const port = z
  .string()
  .regex(/^\d{1,5}$/, "must be a port from 0 to 65535")
  .transform(Number)
  .refine((number) => number <= 65_535, "must be a port from 0 to 65535");

/** `127.0.0.1:7421`, `[::1]:7421`; `undefined` if it is neither. */
function addressOf(text: string): Address | undefined {
  const [, name, bracketed, digits] =
    /^(?:([^\s:[\]/]+)|\[([0-9a-f:.]+)\]):(\d{1,5})$/i.exec(text) ?? [];
  const [host, port] = [name ?? bracketed, Number(digits)];
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** Whatever the working directory is. */
const path = z.string().refine(isAbsolute, "must be an absolute path").optional();

/** It may contain a password. */
const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, "must start with postgres:// or postgresql://")
  .transform((url) => new Redacted(url))
  .optional();

const environment = z.object({
  /** PostgreSQL; without it the database is embedded in the data folder. */
  DATABASE_URL: postgresUrl,
  /** Where to LISTEN for changes, if DATABASE_URL is a pooler without LISTEN. */
  LATCHKEY_LISTEN_URL: postgresUrl,
  /** How the server is notified of changes: `poll` reads five times a second, for engines without LISTEN. */
  LATCHKEY_FEED: z.enum(["auto", "poll"], "must be auto or poll").default("auto"),
  /** Where the embedded installation is. Default: latchkey in the XDG data home. */
  LATCHKEY_DATA_DIR: path,
  /** The file of the pepper. Default: pepper in the data folder. */
  LATCHKEY_PEPPER_FILE: path,
  /** What this installation's tokens begin with. */
  LATCHKEY_TOKEN_PREFIX: z
    .string()
    .refine(isTokenPrefix, "must be 1 to 16 of a-z, 0-9 and _, begin with a letter, and not be lks")
    .default(DEFAULT_PREFIX),
  /** Where `serve` listens. */
  LATCHKEY_HOST: z.string().min(1, "must name a host or address").default("127.0.0.1"),
  LATCHKEY_PORT: port.default(7420),
  /** Where `serve --ssh` listens for SSH, on the same host. */
  LATCHKEY_SSH_PORT: port.default(7422),
  /** The file of the SSH host key. Default: ssh_host_ed25519_key in the data folder. */
  LATCHKEY_SSH_HOST_KEY_FILE: path,
  /** A Unix socket for an sshd of this machine; none by default. */
  LATCHKEY_SSH_SOCKET: path,
  /** Names that clients may use for this server, beside LATCHKEY_HOST and the loopback's. */
  LATCHKEY_ALLOWED_HOSTS: list(
    "must be names or addresses without ports, with commas between",
    (name) => hostName(name) !== null,
  ),
  /** Addresses or networks (CIDR) of proxies whose X-Forwarded-For is trusted. */
  LATCHKEY_TRUSTED_PROXIES: list(
    "must be addresses or networks like 10.0.0.0/8, with commas between",
    (text) => parseNetwork(text) !== null,
  ),
  /** Where `serve` answers `/metrics`, or `off`. */
  LATCHKEY_METRICS_ADDRESS: z
    .string()
    .transform((text) => (text === "off" ? null : addressOf(text)))
    .refine(
      (address) => address !== undefined,
      "must be an address and a port like 127.0.0.1:7421, or off",
    )
    .default({ host: "127.0.0.1", port: 7421 }),
  LATCHKEY_LOG_LEVEL: z
    .enum(
      ["debug", "info", "warn", "error", "silent"],
      "must be debug, info, warn, error or silent",
    )
    .default("info"),
} satisfies Record<(typeof serverVariables)[number], z.ZodType>);

export type Config = {
  readonly databaseUrl: Redacted<string> | undefined;
  readonly listenUrl: Redacted<string> | undefined;
  readonly feed: "auto" | "poll";
  /** `null` if none was chosen and this account has no home. */
  readonly dataDir: string | null;
  /** Whether the data folder was chosen explicitly, rather than left at its default. */
  readonly dataDirIsChosen: boolean;
  readonly pepperFile: string | undefined;
  readonly tokenPrefix: string;
  readonly host: string;
  readonly port: number;
  readonly sshPort: number;
  readonly sshHostKeyFile: string | undefined;
  readonly sshSocket: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Where `/metrics` is answered, or `null`. */
  readonly metrics: Address | null;
  readonly logLevel: LogLevel;
};

/**
 * The configuration from the environment. An empty variable counts as absent, or is refused (`checkVariables`).
 *
 * @throws StartRefused naming the variable and what to do, without its value: URLs contain passwords
 */
export function readConfig(env: NodeJS.ProcessEnv, dataDirOption?: string): Config {
  checkVariables(env);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StartRefused(`${issue?.path.join(".")} ${issue?.message}.`, "INPUT_INVALID");
  }
  const { data } = parsed;
  if (dataDirOption === "") throw new StartRefused("--data-dir is empty.", "INPUT_INVALID");
  const chosen = dataDirOption ?? data.LATCHKEY_DATA_DIR;
  return Object.freeze({
    databaseUrl: data.DATABASE_URL,
    listenUrl: data.LATCHKEY_LISTEN_URL,
    feed: data.LATCHKEY_FEED,
    dataDir: chosen === undefined ? defaultDataDir(env) : resolve(chosen),
    dataDirIsChosen: chosen !== undefined,
    pepperFile: data.LATCHKEY_PEPPER_FILE,
    tokenPrefix: data.LATCHKEY_TOKEN_PREFIX,
    host: data.LATCHKEY_HOST,
    port: data.LATCHKEY_PORT,
    sshPort: data.LATCHKEY_SSH_PORT,
    sshHostKeyFile: data.LATCHKEY_SSH_HOST_KEY_FILE,
    sshSocket: data.LATCHKEY_SSH_SOCKET,
    allowedHosts: data.LATCHKEY_ALLOWED_HOSTS,
    trustedProxies: data.LATCHKEY_TRUSTED_PROXIES,
    metrics: data.LATCHKEY_METRICS_ADDRESS,
    logLevel: data.LATCHKEY_LOG_LEVEL,
  });
}

function defaultDataDir(env: NodeJS.ProcessEnv): string | null {
  const folder = baseFolder(env, "XDG_DATA_HOME");
  return folder === null ? null : join(folder, "latchkey");
}

/** The data folder, for callers that need one. Throws `StartRefused` if there is none. */
export function dataDirOf({ dataDir }: Pick<Config, "dataDir">): string {
  if (dataDir !== null) return dataDir;
  throw new StartRefused(
    "This account has no home folder. Choose a data folder with --data-dir or LATCHKEY_DATA_DIR.",
    "INPUT_INVALID",
  );
}
