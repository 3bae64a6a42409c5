import { userInfo } from "node:os";
import { Redacted } from "@latchkey/core";
import { StartRefused } from "../faults/start-refused.ts";
import { type PostgresTls, type Refuse, type TakeParameter, tlsOf } from "./postgres-url-tls.ts";
import { isOwnSetting, type Settings } from "./session-settings.ts";

/** Where a database is and how to sign in. */
export type PostgresTarget = {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly user: string;
  readonly password: Redacted<string>;
  readonly database: string;
  readonly tls: PostgresTls | null;
  readonly connectMs: number;
  /** How long a connection may be idle before the system sends keepalives; `null`: forever. */
  readonly keepAliveMs: number | null;
  readonly applicationName: string;
  /** Whether statements are prepared; by default only without a pooler in between. */
  readonly prepare: boolean | undefined;
  /** Schemas to use; none for the user's own search path. */
  readonly searchPath: readonly string[];
  /** Settings of the session. */
  readonly settings: Settings;
};

/** Parameters that only tune what we limit in any case. */
const WITHOUT_MEANING = [
  "fallback_application_name",
  "keepalives_count",
  "keepalives_interval",
  "load_balance_hosts",
  "tcp_user_timeout",
];

/** Parameters of which only this value can be honoured. There is one host, and changes go to it. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ["disable", "prefer"],
  client_encoding: ["UTF8", "utf8", "auto"],
  gssencmode: ["disable", "prefer"],
  sslcompression: ["0"],
  sslnegotiation: ["postgres"],
  sslsni: ["1"],
  target_session_attrs: ["any", "read-write", "primary"],
};

/**
 * Reads `DATABASE_URL`, so that one place defines its meaning: libpq's parameters as in libpq, or refused by
 * name. `postgres-url-tls.ts` has those of TLS. In addition to libpq's there are:
 *
 * - `schema`: where the tables are. `search_path` is the same, and may name several.
 * - `prepare`: whether statements are prepared. `pgbouncer=true` is `prepare=false`.
 *
 * postgres.js itself would interpret most of it differently, and send the rest to the server, where a pooler
 * refuses it: so it never gets these.
 *
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 *
 * @param variable the variable's name
 * @throws StartRefused that names what is invalid, without its value
 */
export function readPostgresUrl(text: string, variable = "DATABASE_URL"): PostgresTarget {
  const refuse: Refuse = (problem) => {
    throw new StartRefused(`${variable} ${problem}`, "INPUT_INVALID");
  };
  const decode = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return refuse("holds a % that begins no %-code. Write it as %25.");
    }
  };
  const parts =
    /^postgres(?:ql)?:\/\/(?:([^/]*)@)?(\[[^\]/]*\]|[^/?:]*)(?::([^/?]*))?(?:\/([^?]*))?(?:\?(.*))?$/i.exec(
      text,
    ) ?? refuse("is no URL. Write special characters of the password as %-codes.");
  const [, credentials = "", rawHost = "", rawPort = "", path = "", query = ""] = parts;
  if (`${rawHost}${rawPort}`.includes(",")) {
    refuse("names several hosts. Name one: a cluster has an address for its primary.");
  }
  const [name = "", ...password] = credentials.split(":");

  const parameters = new Map<string, string>();
  for (const pair of query.split("&").filter((part) => part !== "")) {
    const [key = "", ...value] = pair.split("=");
    const parameter = decode(key);
    if (parameters.has(parameter)) refuse("gives a parameter twice. Leave one out.");
    parameters.set(parameter, decode(value.join("=")));
  }
  const take: TakeParameter = (parameter) => {
    const value = parameters.get(parameter);
    parameters.delete(parameter);
    return value;
  };
  const oneOf = <Value extends string>(parameter: string, values: readonly Value[]) => {
    const value = take(parameter);
    if (value === undefined) return undefined;
    const known = values.find((each) => each === value);
    return known ?? refuse(`has a ${parameter} that can't be kept. Choose ${values.join(" or ")}.`);
  };
  const seconds = (parameter: string) => {
    const value = take(parameter);
    if (value === undefined) return undefined;
    return /^\d{1,6}$/.test(value)
      ? Number(value) * 1000
      : refuse(`has a ${parameter} that is no number of seconds. Correct it.`);
  };

  const host = take("host") ?? (decode(rawHost).replace(/^\[(.*)\]$/, "$1") || "localhost");
  if (host.includes(",")) {
    refuse("names several hosts. Name one: a cluster has an address for its primary.");
  }
  const port = take("port") ?? (rawPort || "5432");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) refuse("has a port that is none.");
  const user = decode(name) || take("user") || ownName(refuse);
  for (const [parameter, values] of Object.entries(ONLY)) oneOf(parameter, values);
  for (const parameter of WITHOUT_MEANING) take(parameter);
  const prepare = oneOf("prepare", ["true", "false"]);
  const isPgBouncer = oneOf("pgbouncer", ["true", "false"]) === "true";
  const { search_path: givenPath, ...settings } = settingsOf(take("options") ?? "", refuse);
  const schema = take("schema");
  const searchPath = take("search_path") ?? givenPath;
  const keepAliveMs = seconds("keepalives_idle") ?? 30_000;
  const target: PostgresTarget = {
    host,
    port: Number(port),
    isLocal: host.startsWith("/") || isLoopback(host),
    user,
    password: new Redacted(decode(password.join(":")) || (take("password") ?? "")),
    database: decode(path) || take("dbname") || user,
    tls: tlsOf(take, refuse),
    connectMs: seconds("connect_timeout") || 5000,
    keepAliveMs: oneOf("keepalives", ["0", "1"]) === "0" ? null : keepAliveMs,
    applicationName: take("application_name") ?? "latchkey",
    prepare: isPgBouncer ? false : prepare === undefined ? undefined : prepare === "true",
    searchPath: schema === undefined ? schemasOf(searchPath) : [schema],
    settings,
  };
  const [unknown] = parameters.keys();
  if (unknown !== undefined) {
    // Anything that doesn't look like a name may be a secret in the wrong place.
    const named = /^[A-Za-z_]{1,30}$/.test(unknown) ? `the parameter ${unknown}` : "a parameter";
    refuse(
      `has ${named}, which Latchkey does not know. Leave it out; settings of PostgreSQL go into options=-c%20name=value.`,
    );
  }
  return target;
}

/** A warning about this URL for the operator, or `null`. It names no part of it. */
export function warningOf({ isLocal, tls }: PostgresTarget): string | null {
  if (isLocal || tls?.isOptional === false) return null;
  return "The way to the database is not protected by TLS, and it leads off this machine. Add ?sslmode=verify-full to DATABASE_URL.";
}

/** `-c name=value` and `--name=value`, separated by blanks; a backslash escapes the next character. */
function settingsOf(options: string, refuse: Refuse): Settings {
  const words = [...options.matchAll(/(?:\\.|[^\s\\])+/g)].map(([word]) =>
    word.replace(/\\(.)/g, "$1"),
  );
  const settings: Record<string, string> = {};
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const setting = word === "-c" ? words.shift() : word.replace(/^-c|^--/, "");
    const [, name = "", value = ""] = /^([a-z_][\w.-]*)=(.*)$/is.exec(setting ?? "") ?? [];
    if (name === "" || setting === word) {
      refuse("has options other than -c name=value. Leave the others out.");
    }
    const known = name.toLowerCase().replaceAll("-", "_");
    if (isOwnSetting(known)) {
      refuse(`sets ${known} by its options, which Latchkey sets itself. Leave it out.`);
    }
    settings[known] = value;
  }
  return settings;
}

function schemasOf(searchPath: string | undefined): string[] {
  return (searchPath ?? "")
    .split(",")
    .map((name) => name.trim().replace(/^"(.*)"$/, "$1"))
    .filter((name) => name !== "");
}

/** As in psql. In a container the user may have no name. */
function ownName(refuse: Refuse): string {
  try {
    return userInfo().username;
  } catch {
    return refuse("names no user. Write it before the host, with an @ between.");
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
