import { bytesEqual, type Pepper, pepperCheck } from "@latchkey/core";
import { eq } from "drizzle-orm";
import type { Database, OpenDatabase } from "../db/database.ts";
import { migrateSchema } from "../db/migrate.ts";
import { settings } from "../db/schema.ts";
import { createPepperFile, readPepper } from "./pepper-file.ts";
import { sealDatabase } from "./seal-database.ts";
import { StartRefused } from "../faults/start-refused.ts";

const PEPPER_CHECK = "pepper_check";
const CHECK_BYTES = 32;

/**
 * Brings schema and pepper into order before the first request, while no other server does the same.
 * A pepper is made only where the database has never had one.
 *
 * @throws StartRefused for a newer schema, a wrong or a missing pepper, rows that are not as the log says
 */
export async function prepareDatabase(
  open: OpenDatabase,
  options: { readonly pepperFile: string; readonly migrationsFolder: string },
): Promise<Pepper> {
  return open.exclusively(async (db) => {
    await migrateSchema(db, options.migrationsFolder);
    return preparePepper(db, options.pepperFile);
  });
}

async function preparePepper(db: Database, pepperFile: string): Promise<Pepper> {
  const [known] = await db.select().from(settings).where(eq(settings.name, PEPPER_CHECK));
  const found = await readPepper(pepperFile);
  if (known === undefined) {
    const pepper = found ?? (await createPepperFile(pepperFile));
    await db.insert(settings).values({ name: PEPPER_CHECK, value: pepperCheck(pepper, 2) });
    return pepper;
  }
  if (known.value.length !== CHECK_BYTES) {
    throw new StartRefused(
      "The database's pepper_check can't be one. Restore the database from a backup.",
    );
  }
  if (found === null) {
    throw new StartRefused(
      `The pepper ${pepperFile} is missing. Without it no key can be verified: restore the file, or name it with LATCHKEY_PEPPER_FILE.`,
    );
  }
  const check = pepperCheck(found, 2);
  if (bytesEqual(check, known.value)) return found;
  if (!bytesEqual(pepperCheck(found, 1), known.value)) {
    throw new StartRefused(
      `${pepperFile} is not the pepper of this database. Restore the right file, or name it with LATCHKEY_PEPPER_FILE.`,
    );
  }
  await sealDatabase(db, found);
  await db.update(settings).set({ value: check }).where(eq(settings.name, PEPPER_CHECK));
  return found;
}
