import postgres from "postgres";
import { StartRefused } from "../faults/start-refused.ts";
import { Outage, storageFault } from "../faults/outage.ts";

/** Why the database can't be used at start, from the error of connecting to it or preparing it. */
export function refusalOf(failure: unknown): StartRefused {
  for (let inner = failure; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof StartRefused) return inner;
  }
  const { code } = storageFault(failure);
  const known = sentences.find(([codes]) => code !== undefined && codes.test(code));
  const otherwise = `the database did not let Latchkey work${code === undefined ? "" : ` (${code})`}. Look into its log.`;
  return new StartRefused(`DATABASE_URL: ${known?.[1] ?? otherwise}`);
}

/** Whether the error is the database's or about reaching it, through any number of wrappers. */
export function isOfDatabase(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof Outage || inner instanceof postgres.PostgresError) return true;
  }
  return false;
}

// SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^(ENOTFOUND|EAI_\w+)$/, "there is no such host. Check its name."],
  [
    /^(ECONNREFUSED|ENOENT)$/,
    "nothing listens at its host and port. Start PostgreSQL, or correct them.",
  ],
  [/^(EACCES|EPERM)$/, "its socket may not be opened by this account. Change who may, or use TCP."],
  [
    /^(EMFILE|ENFILE)$/,
    "this process may open no more files. Raise the limit, as with ulimit -n 1024.",
  ],
  [
    /^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/,
    "its host does not answer. Check host and port, and what lies between.",
  ],
  [/^28P01$/, "PostgreSQL refused the user or the password. Correct them."],
  [
    /^28000$/,
    "PostgreSQL does not let this user in from here. Check the user and pg_hba.conf; if it asks for TLS, add ?sslmode=verify-full.",
  ],
  [/^3D000$/, "there is no database of this name. Create it, or correct the name."],
  [/^(57P0[123])$/, "PostgreSQL is starting or stopping. Try again in a moment."],
  [/^57P04$/, "the database was dropped. Create it, or correct the name."],
  [
    /^57014$/,
    "PostgreSQL gave a statement up before it was done. Try again, or look into its log.",
  ],
  [/^53300$/, "PostgreSQL has no connection left. Raise its max_connections, or end some."],
  [/^53200$/, "PostgreSQL is out of memory. Look into its log."],
  [/^(53100|58030)$/, "PostgreSQL can't write to its disk. Make room there."],
  [
    /^55P03$/,
    "another program holds what has to be prepared, perhaps another Latchkey. Try again later.",
  ],
  [
    /^(25006)$/,
    "the server takes no changes: it is a standby, or was made read-only. Name the primary.",
  ],
  [
    /^42501$/,
    "its user lacks a right. Grant it CONNECT on the database, USAGE and CREATE on the schema, and make it the owner of Latchkey's tables.",
  ],
  [
    /^(42P06|42P07|42710)$/,
    "the schema holds something of the same name as one of Latchkey's tables. Give Latchkey a schema of its own with ?schema=.",
  ],
  [
    /^(42P01|42703|3F000)$/,
    "tables of Latchkey are missing, or were changed. Restore all of them from a backup.",
  ],
  [
    /^(42883|42704)$/,
    "the server lacks a function or a type that Latchkey needs. Use PostgreSQL 15 or later, with pg_trgm.",
  ],
  [/^08/, "PostgreSQL or its pooler did not take the connection. Look into the log of either."],
  [
    /^TLS_NOT_OFFERED$/,
    "its sslmode asks for TLS, which the server does not offer. Turn ssl on there.",
  ],
  [
    /CERT|_SIGNED_|ISSUER|SIGNATURE|^ERR_(TLS|SSL|OSSL)/,
    "the server's certificate does not hold. Name its authority with sslrootcert, and the host as the certificate does.",
  ],
  [
    /^(ECONNRESET|EPIPE)$/,
    "the server closed the connection. Check that it is PostgreSQL; if a pooler is in between, look into its log.",
  ],
];
