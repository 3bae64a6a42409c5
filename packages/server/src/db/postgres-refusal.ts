import postgres from "postgres";
import { StartRefused } from "../start-refused.ts";
import { Outage, storageFault } from "../store/outage.ts";

/** Why the database can't be used at start, told apart by what `connecting` to it threw. */
export function refusalOf(connecting: unknown): StartRefused {
  const { code } = storageFault(connecting);
  const known = sentences.find(([codes]) => code !== undefined && codes.test(code));
  const otherwise = `the database did not let Latchkey work${code === undefined ? "" : ` (${code})`}. Look into its log.`;
  return new StartRefused(`DATABASE_URL: ${known?.[1] ?? otherwise}`);
}

/** Whether the database threw it or its absence did, through any number of wrappers. */
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
  [/^57P0[123]$/, "PostgreSQL is starting or stopping. Try again in a moment."],
  [/^53300$/, "PostgreSQL has no connection left. Raise its max_connections, or end some."],
  [
    /^55P03$/,
    "another program holds what has to be prepared, perhaps another Latchkey. Try again later.",
  ],
  [
    /^42501$/,
    "its user may not prepare the schema. Grant it CREATE on the database and its schema public.",
  ],
  [
    /^TLS_NOT_OFFERED$/,
    "its sslmode asks for TLS, which the server does not offer. Turn ssl on there.",
  ],
  [
    /CERT|_SIGNED_|ISSUER|SIGNATURE|^ERR_(TLS|SSL|OSSL)/,
    "the server's certificate does not hold. Name its authority with sslrootcert, and the host as the certificate does.",
  ],
  [/^(ECONNRESET|EPIPE)$/, "the server closed the connection. Check that it is PostgreSQL."],
];
