import { MIGRATIONS_FOLDER, migrateSchema } from "../db/migrate.ts";
import { openPglite } from "../db/pglite.ts";

/** Makes an empty database folder with the schema in it, but without a pepper: for many to copy. */
export async function makeDatabaseTemplate(folder: string): Promise<void> {
  const open = await openPglite(folder);
  try {
    await open.exclusively((db) => migrateSchema(db, MIGRATIONS_FOLDER));
  } finally {
    await open.close();
  }
}
