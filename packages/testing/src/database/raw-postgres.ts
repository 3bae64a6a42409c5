import postgres from "postgres";

/** A connection of a test's own, behind the program's back. Whoever opens it ends it. */
export function rawPostgres(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}
