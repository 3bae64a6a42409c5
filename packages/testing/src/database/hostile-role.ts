import type postgres from "postgres";
import { rawPostgres } from "./raw-postgres.ts";

// A role, and databases for it, in which everything that can be set is set as it must not be taken over.

const SETTINGS: Readonly<Record<string, string>> = {
  DateStyle: "'SQL, DMY'",
  IntervalStyle: "'iso_8601'",
  // Until 1972, in which the log begins, its offset has seconds.
  TimeZone: "'Africa/Monrovia'",
  bytea_output: "'escape'",
  extra_float_digits: "'-15'",
  client_encoding: "'LATIN1'",
  standard_conforming_strings: "'off'",
  array_nulls: "'off'",
  transform_null_equals: "'on'",
  xmlbinary: "'hex'",
  default_transaction_isolation: "'serializable'",
  default_transaction_read_only: "'on'",
  default_transaction_deferrable: "'on'",
  row_security: "'on'",
  gin_fuzzy_search_limit: "'1'",
  exit_on_error: "'on'",
  client_min_messages: "'error'",
  synchronous_commit: "'off'",
  // As short as leaves a busy machine the time to set another.
  statement_timeout: "'20s'",
  lock_timeout: "'1ms'",
  idle_in_transaction_session_timeout: "'20s'",
  idle_session_timeout: "'20s'",
  enable_seqscan: "'off'",
  quote_all_identifiers: "'on'",
  search_path: `nowhere, "Latchkey's keys"`,
};

/** Only of PostgreSQL 17 and later. */
const LATE_SETTINGS = { transaction_timeout: "'20s'" };

/**
 * Creates the role, and lays out an empty database for it: without a schema public; the tables go into one
 * whose name needs quotes, the extension into its own.
 *
 * @returns the URL of the database as that role
 */
export async function layOutHostileDatabase(admin: postgres.Sql, url: string): Promise<string> {
  const [server] = await admin`select current_setting('server_version_num')::int as version`;
  const isLate = Number(server?.["version"]) >= 170_000;
  const settings = Object.entries(isLate ? { ...SETTINGS, ...LATE_SETTINGS } : SETTINGS);
  const changed = new URL(url);
  const role = changed.pathname.slice(1);
  changed.username = role;
  changed.password = "password";
  await admin.unsafe(
    [
      `create role ${role} login password '${changed.password}'`,
      ...settings.map(([name, value]) => `alter role ${role} set ${name} = ${value}`),
    ].join(";"),
  );
  const inside = rawPostgres(url);
  await inside.unsafe(`drop schema public;
    create schema "Latchkey's keys" authorization ${role};
    create schema extensions; grant usage on schema extensions to ${role};
    create extension pg_trgm schema extensions`);
  await inside.end();
  return changed.href;
}
