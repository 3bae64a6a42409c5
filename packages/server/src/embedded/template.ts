import { MIGRATIONS_FOLDER, migrateSchema } from "../db/migrate.ts";
import { openPglite } from "../db/pglite.ts";
import { setModes } from "./place-database.ts";

/** Makes an empty database folder with the schema, but without a pepper, to be copied by any account. */
export async function makeDatabaseTemplate(folder: string): Promise<void> {
  const open = await openPglite(folder);
  try {
    await open.exclusively((db) => migrateSchema(db, MIGRATIONS_FOLDER));
  } finally {
    await open.close();
  }
  setModes(folder, { folders: 0o755, files: 0o644 });
}
