// What every statement relies on, whatever the role, the database or another client of a pooler has set.

/** Names of settings in lower case, each with its value. */
export type Settings = Readonly<Record<string, string>>;

/** The formats in which values are written and read. */
export const TEXT_FORMS = {
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  client_encoding: "UTF8",
  standard_conforming_strings: "on",
  array_nulls: "on",
  transform_null_equals: "off",
} as const satisfies Settings;

/** What decides which rows a statement finds, and whether it may run. */
const EXECUTION: Settings = {
  default_transaction_isolation: "read committed",
  default_transaction_read_only: "off",
  default_transaction_deferrable: "off",
  // Rows hidden by a policy would look like keys that do not exist.
  row_security: "off",
  // Anything else makes a search omit matches at random.
  gin_fuzzy_search_limit: "0",
  exit_on_error: "off",
  // A COMMIT without its synchronous replication is reported by a warning.
  client_min_messages: "warning",
  statement_timeout: "15s",
  lock_timeout: "0",
  idle_in_transaction_session_timeout: "60s",
  idle_session_timeout: "0",
};

/** Settings that an operator may not give, since Latchkey sets them. */
export function isOwnSetting(name: string): boolean {
  return name in TEXT_FORMS || name in EXECUTION || name === "transaction_timeout";
}

/** What is known of a database before it is used. */
export type SessionFacts = {
  readonly version: number;
  readonly synchronousCommit: string;
  /** Schemas in the order in which names are looked up. */
  readonly searchPath: readonly string[];
};

/** All settings of a session, on top of the operator's. */
export function sessionSettings(given: Settings, facts: SessionFacts): Settings {
  return {
    ...given,
    ...TEXT_FORMS,
    ...EXECUTION,
    // Acknowledged changes would be lost in a crash.
    ...(facts.synchronousCommit === "off" ? { synchronous_commit: "on" } : {}),
    ...(facts.version >= 170_000 ? { transaction_timeout: "0" } : {}),
    // Unless it is last, a temporary table would take precedence over ours.
    search_path: [...facts.searchPath, "pg_temp"].map(quoteIdentifier).join(", "),
  };
}

/** SQL that sets them for the session, or only for the transaction. It takes no snapshot. */
export function setAll(settings: Settings, scope: "session" | "local"): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      const given = name === "search_path" ? value : `'${value.replaceAll("'", "''")}'`;
      return `set ${scope} ${name} = ${given}`;
    })
    .join(";");
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
