import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { rootCertificates } from "node:tls";
import { StartRefused } from "../start-refused.ts";

/** What of the server's certificate is checked; a server without TLS is refused unless `isOptional`. */
export type PostgresTls = {
  readonly isOptional: boolean;
  readonly checksChain: boolean;
  readonly checksName: boolean;
  /** PEM; Node's own and NODE_EXTRA_CA_CERTS where absent. */
  readonly ca: string | readonly string[] | undefined;
};

/** Where a database is and how to get in. It holds a password: print none of it. */
export type PostgresTarget = {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: PostgresTls | null;
  /** `prepare=false` is for PgBouncer in transaction mode before 1.21. */
  readonly prepare: boolean;
  /** Settings of the session, sent as they are. */
  readonly settings: Readonly<Record<string, string>>;
};

const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

/** Of libpq's parameters those that mean nothing here; a server would refuse them as settings. */
const WITHOUT_MEANING = ["channel_binding", "connect_timeout", "gssencmode", "sslnegotiation"];

/**
 * Reads `DATABASE_URL`, so that one place decides what it means. `sslmode` counts as in libpq, but for
 * its default: without it there is no TLS.
 *
 * - `disable`, absent: no TLS. `allow`, `prefer`: TLS where the server offers it, whoever it is.
 * - `require`: TLS, or no connection; the certificate is not looked at, unless `sslrootcert` is given.
 * - `verify-ca`: the certificate must come from a trusted authority. `verify-full`: and name the host.
 * - `sslrootcert`: a PEM file with the authorities to trust, or `system`.
 * - `ssl` is another name of `sslmode`; `true` is `verify-full`.
 *
 * postgres.js itself would take `verify-ca` and any misspelt mode for `verify-full`, check the name of
 * an IP address against "localhost", and not know `sslrootcert`: so it never sees these.
 *
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 *
 * @throws StartRefused that names what does not hold, without its value
 */
export function readPostgresUrl(text: string): PostgresTarget {
  const url = parse(text);
  const { searchParams } = url;
  const take = (name: string) => {
    const value = searchParams.get(name) ?? undefined;
    searchParams.delete(name);
    return value;
  };
  const host = take("host") ?? (decode(url.hostname).replace(/^\[(.*)\]$/, "$1") || "localhost");
  const user = decode(url.username) || take("user") || ownName();
  const tls = tlsOf(take("sslmode") ?? take("ssl"), take("sslrootcert"));
  const prepare = take("prepare") !== "false";
  for (const name of WITHOUT_MEANING) take(name);
  return {
    host,
    port: Number(take("port") ?? (url.port || 5432)),
    isLocal: host.startsWith("/") || isLoopback(host),
    user,
    password: decode(url.password),
    database: decode(url.pathname.slice(1)) || user,
    tls,
    prepare,
    settings: Object.fromEntries(searchParams),
  };
}

/** What an operator should know of this way to the database, or `null`. It names no part of the URL. */
export function warningOf({ isLocal, tls }: PostgresTarget): string | null {
  if (isLocal || tls?.isOptional === false) return null;
  return "The way to the database is not protected by TLS, and it leads off this machine. Add ?sslmode=verify-full to DATABASE_URL.";
}

function parse(text: string): URL {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1] ?? "";
  if (authority.slice(authority.lastIndexOf("@") + 1).includes(",")) {
    throw refused("names several hosts. Name one: a cluster has an address for its primary.");
  }
  // The scheme is known by now; this one lets a host be empty.
  if (!URL.canParse(text)) {
    throw refused("is no URL. Write special characters of the password as %-codes.");
  }
  return new URL(text);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused("holds a % that begins no %-code. Write it as %25.");
  }
}

/** As psql does. In a container its user may have no name. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    throw refused("names no user. Write it before the host, with an @ between.");
  }
}

function tlsOf(mode: string | undefined, rootFile: string | undefined): PostgresTls | null {
  const trusted = rootFile === undefined ? undefined : authorities(rootFile);
  const of = (isOptional: boolean, checksChain: boolean, checksName: boolean): PostgresTls => ({
    isOptional,
    checksChain,
    checksName,
    ca: trusted,
  });
  switch (modeOf(mode)) {
    case "disable":
      return null;
    case "allow":
    case "prefer":
      return of(true, false, false);
    case "require":
      return of(false, rootFile !== undefined, false);
    case "verify-ca":
      return of(false, true, false);
    case "verify-full":
      return of(false, true, true);
  }
}

function modeOf(mode: string | undefined): TlsMode {
  if (mode === undefined || mode === "false") return "disable";
  if (mode === "true") return "verify-full";
  const known = TLS_MODES.find((name) => name === mode);
  if (known === undefined) throw refused(`has no such sslmode. Choose ${TLS_MODES.join(", ")}.`);
  return known;
}

function authorities(file: string): string | readonly string[] {
  if (file === "system") return rootCertificates;
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw refused("names an sslrootcert that can't be read. Correct its path.");
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function refused(problem: string): StartRefused {
  return new StartRefused(`DATABASE_URL ${problem}`, "INPUT_INVALID");
}
