import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, queryRows } from "../src/db/database.ts";
import { hostilePostgresql, type TestDatabase } from "@latchkey/testing/database/engines";

// Each setting by its value, wherever a statement may run; that the store works under all of them, its own
// suite shows on the same engine.

const EXPECTED: Readonly<Record<string, string>> = {
  DateStyle: "ISO, MDY",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  client_encoding: "UTF8",
  standard_conforming_strings: "on",
  array_nulls: "on",
  transform_null_equals: "off",
  transaction_isolation: "read committed",
  transaction_read_only: "off",
  transaction_deferrable: "off",
  row_security: "off",
  gin_fuzzy_search_limit: "0",
  exit_on_error: "off",
  client_min_messages: "warning",
  synchronous_commit: "on",
  idle_session_timeout: "0",
  transaction_timeout: "0",
  search_path: `"Latchkey's keys", "extensions", "pg_temp"`,
};

describe("under a role with hostile settings (PostgreSQL)", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await hostilePostgresql.open();
  });
  afterAll(() => database.close());

  const settingsOf = async (db: Database) => {
    const names = sql.join(
      Object.keys(EXPECTED).map((name) => sql`${name}`),
      sql`, `,
    );
    const rows = await queryRows<{ name: string; setting: string }>(
      db,
      sql`select name, current_setting(name) as setting from pg_settings where name in (${names})`,
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  };

  test.each<[string, (ask: typeof settingsOf) => Promise<Record<string, string>>]>([
    ["a statement", (ask) => ask(database.db)],
    ["a lookup", (ask) => ask(database.lookups)],
    ["a transaction", (ask) => database.db.transaction(ask)],
    ["a change", (ask) => database.change(ask)],
    ["the preparation", (ask) => database.exclusively(ask)],
  ])("%s runs with settings of ours", async (_, run) => {
    const found = await run(settingsOf);
    expect(found).toHaveProperty("search_path");
    // An older server does not know all of them.
    expect({ ...EXPECTED, ...found }).toEqual(EXPECTED);
  });

  test("an instant comes back as it was written, before 1972 too", async () => {
    const { db } = database;
    const [row] = await queryRows<{ at: string }>(db, sql`select at::text from event_head`);
    expect(row?.at).toBe("1970-01-01 00:00:00+00");
  });
});
