import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import { StartRefused } from "../faults/start-refused.ts";
import { storageFault } from "../faults/outage.ts";
import { type Database, queryRows } from "./database.ts";

export const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Brings the schema up to this version's, forward only. Call it inside `exclusively`: all of it is part of
 * that transaction. What was applied is recorded in a table of ours beside the others: Drizzle's own is
 * shared with every application on the database that uses Drizzle.
 *
 * @throws StartRefused for a database that a newer version has migrated, or that has no `pg_trgm`
 */
export async function migrateSchema(db: Database, migrationsFolder: string): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder });
  const known = new Set(migrations.map(({ folderMillis }) => folderMillis));
  if (!(await exists(db, "latchkey_migrations"))) await beginJournal(db, [...known]);
  const rows = await queryRows<{ id: string | number }>(
    db,
    sql`select id from latchkey_migrations`,
  );
  const applied = new Set(rows.map(({ id }) => Number(id)));
  if ([...applied].some((id) => !known.has(id))) {
    throw new StartRefused(
      "This database was prepared by a newer Latchkey. Update Latchkey, then start it again.",
    );
  }
  for (const migration of migrations) {
    if (!applied.has(migration.folderMillis)) await apply(db, migration);
  }
}

async function apply(db: Database, { sql: statements, folderMillis }: MigrationMeta) {
  for (const statement of statements) {
    await db.execute(sql.raw(statement)).catch((error: unknown) => {
      throw /^\s*create extension/i.test(statement) ? withoutTrigrams(error) : error;
    });
  }
  await db.execute(sql`insert into latchkey_migrations (id) values (${folderMillis})`);
}

/** Earlier versions kept theirs in Drizzle's table, possibly beside others'. */
async function beginJournal(db: Database, known: readonly number[]): Promise<void> {
  await db.execute(sql`create table latchkey_migrations (id bigint primary key)`);
  const isOld =
    (await exists(db, "event_head")) && (await exists(db, "__drizzle_migrations", "drizzle"));
  if (!isOld) return;
  await db.execute(sql`insert into latchkey_migrations (id)
    select distinct created_at from drizzle.__drizzle_migrations
    where created_at in ${known}`);
}

/** Asked of the catalog itself: `to_regclass` may remember what was there before we waited for our turn. */
async function exists(db: Database, table: string, schema?: string): Promise<boolean> {
  const schemas = schema === undefined ? sql`any(current_schemas(false))` : sql`${schema}`;
  const rows = await queryRows(
    db,
    sql`select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relname = ${table} and nspname = ${schemas}`,
  );
  return rows.length > 0;
}

function withoutTrigrams(error: unknown): unknown {
  const { code } = storageFault(error);
  const reasons: Record<string, string> = {
    "42501": "its user may not create it. Have an administrator run CREATE EXTENSION pg_trgm there",
    "0A000": "the server does not have it. Install PostgreSQL's contrib modules there",
    "58P01": "the server does not have it. Install PostgreSQL's contrib modules there",
  };
  const reason = reasons[code ?? ""];
  if (reason === undefined) return error;
  return new StartRefused(`DATABASE_URL: the database lacks the extension pg_trgm, and ${reason}.`);
}
