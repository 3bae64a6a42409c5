import { StartRefused } from "../faults/start-refused.ts";
import { storageFault } from "../faults/outage.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import type { PostgresTarget } from "./postgres-url.ts";
import { quoteIdentifier, type SessionFacts, setAll } from "./session-settings.ts";

// Whether Latchkey can use a database, and in which schema. Checked once, at start.

const OLDEST_VERSION = 150_000;

type Facts = {
  readonly version: number;
  readonly encoding: string;
  readonly synchronous_commit: string;
  readonly replication_role: string;
  readonly is_standby: boolean;
  /** The schema with an installation on the search path. */
  readonly installed: string | null;
  /** The schema where tables would be created. */
  readonly current: string | null;
  readonly trigrams: string | null;
};

/** @throws StartRefused for a database that can't be used, naming what to change */
export async function inspectPostgres(
  connection: PostgresConnection,
  target: PostgresTarget,
  until: number,
): Promise<SessionFacts> {
  const ask = (text: string) => connection.run((client) => client.unsafe(text), until);
  // Settings of another client of a pooler are not this role's; a transaction has one session throughout.
  const path =
    target.searchPath.length === 0 ? "default" : target.searchPath.map(quoteIdentifier).join(", ");
  await ask(`begin; set local search_path to ${path}`).catch((error: unknown) => {
    throw connection.isPooled && storageFault(error).code === "ECONNRESET"
      ? new StartRefused(
          "DATABASE_URL: the pooler ended the connection where a transaction began, as it does in statement mode. Set its pool_mode to transaction.",
        )
      : error;
  });
  await applyGiven(ask, target);
  const [found] = (await ask(QUESTION)) as unknown as Facts[];
  await ask("rollback");
  if (found === undefined) throw new Error("PostgreSQL gave no answer");
  const schema = found.installed ?? found.current;
  const problem = problemOf(found) ?? (schema === null ? withoutSchema(target) : null);
  if (schema === null || problem !== null) throw new StartRefused(`DATABASE_URL: ${problem}`);
  const { trigrams } = found;
  return {
    version: found.version,
    synchronousCommit: found.synchronous_commit,
    // The extension's own message, for the error of a migration.
    searchPath: trigrams === null || trigrams === schema ? [schema] : [schema, trigrams],
  };
}

const QUESTION = `select
  current_setting('server_version_num')::int as version,
  current_setting('server_encoding') as encoding,
  current_setting('synchronous_commit') as synchronous_commit,
  current_setting('session_replication_role') as replication_role,
  pg_is_in_recovery() as is_standby,
  (select nspname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = coalesce(to_regclass('latchkey_migrations'), to_regclass('event_head'))) as installed,
  current_schema()::text as current,
  (select nspname::text from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
    where extname = 'pg_trgm') as trigrams`;

async function applyGiven(ask: (text: string) => Promise<unknown>, target: PostgresTarget) {
  for (const [name, value] of Object.entries(target.settings)) {
    await ask(setAll({ [name]: value }, "local")).catch((error: unknown) => {
      const { code } = storageFault(error);
      if (code === undefined || !/^(22|42|55)/.test(code)) throw error;
      throw new StartRefused(
        `DATABASE_URL: its options set ${name} to what the database does not take (${code}). Correct it, or leave it out.`,
      );
    });
  }
}

function problemOf({ version, encoding, is_standby, replication_role }: Facts): string | null {
  if (version < OLDEST_VERSION) {
    return `the server is PostgreSQL ${Math.floor(version / 10_000)}. Use version ${OLDEST_VERSION / 10_000} or later.`;
  }
  if (is_standby) {
    return "the server is a standby, which takes no changes. Name the primary.";
  }
  if (encoding !== "UTF8") {
    return `the database's encoding is ${encoding}, which can't hold every title. Create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`;
  }
  if (replication_role !== "origin") {
    return `its user works with session_replication_role = ${replication_role}, which leaves out foreign keys. Reset it with ALTER ROLE … RESET session_replication_role.`;
  }
  return null;
}

function withoutSchema({ searchPath: [schema] }: PostgresTarget): string {
  return schema === undefined
    ? "no schema on its user's search_path exists. Create one with CREATE SCHEMA, and name it with ?schema=."
    : "the schema that it names does not exist, or its user may not use it. Create it with CREATE SCHEMA … AUTHORIZATION.";
}
