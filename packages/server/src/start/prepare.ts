import { bytesEqual, type Pepper, pepperCheck } from "@latchkey/core";
import type { OpenDatabase } from "../db/database.ts";
import { migrateSchema } from "../db/migrate.ts";
import { createPepperFile, readPepper } from "./pepper-file.ts";
import { sealDatabase } from "./seal-database.ts";
import { preparationIn } from "../store/drizzle/preparation.ts";
import type { Preparation } from "../store/port/preparation.ts";
import { StartRefused } from "../faults/start-refused.ts";

const CHECK_BYTES = 32;

/**
 * Prepares schema and pepper before the first request, while no other server does the same. A pepper is created
 * only if the database has never had one.
 *
 * @throws StartRefused for a newer schema, a wrong or a missing pepper, rows that differ from the log
 */
export async function prepareDatabase(
  open: OpenDatabase,
  options: PepperOptions & { readonly migrationsFolder: string },
): Promise<Pepper> {
  return open.exclusively(async (db) => {
    await migrateSchema(db, options.migrationsFolder);
    return preparePepper(preparationIn(db), options);
  });
}

type PepperOptions = {
  readonly pepperFile: string;
  readonly randomBytes: (n: number) => Uint8Array;
};

async function preparePepper(
  preparation: Preparation,
  { pepperFile, randomBytes }: PepperOptions,
): Promise<Pepper> {
  const known = await preparation.readPepperCheck();
  const found = await readPepper(pepperFile);
  if (known === null) {
    const pepper = found ?? (await createPepperFile(pepperFile, randomBytes));
    await preparation.writePepperCheck(pepperCheck(pepper, 2));
    return pepper;
  }
  if (known.length !== CHECK_BYTES) {
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
  if (bytesEqual(check, known)) return found;
  if (!bytesEqual(pepperCheck(found, 1), known)) {
    throw new StartRefused(
      `${pepperFile} is not the pepper of this database. Restore the right file, or name it with LATCHKEY_PEPPER_FILE.`,
    );
  }
  await sealDatabase(preparation.unsealedRows(found), found);
  await preparation.writePepperCheck(check);
  return found;
}
