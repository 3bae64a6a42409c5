import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { StartRefused } from "../start-refused.ts";
import { type Database, type OpenDatabase, queryRows } from "./database.ts";

export const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../migrations", import.meta.url));

/**
 * Brings the schema up to this program's, forward only. Call it inside `exclusively`: several servers
 * may start together. Refuses a database that a newer program has migrated.
 */
export async function migrateSchema(
  open: OpenDatabase,
  db: Database,
  migrationsFolder: string,
): Promise<void> {
  const newest = readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
  const applied = await newestApplied(db);
  if (applied > newest) {
    throw new StartRefused(
      "This database was prepared by a newer Latchkey. Update Latchkey, then start it again.",
    );
  }
  if (applied < newest) await open.migrateSchema(db, migrationsFolder);
}

async function newestApplied(db: Database): Promise<number> {
  const [table] = await queryRows<{ exists: boolean }>(
    db,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  );
  if (table?.exists !== true) return 0;
  const [row] = await queryRows<{ newest: string | number | null }>(
    db,
    sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
  );
  return Number(row?.newest ?? 0);
}
