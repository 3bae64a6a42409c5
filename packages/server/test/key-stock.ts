import {
  insertKeys,
  newKey,
  type SeedKey as NewKey,
  type SeededKey as Seeded,
} from "@latchkey/testing/seed/keys";
import { keyLastUses } from "../src/db/schema.ts";
import type { Installation } from "./installation.ts";

// Many keys at once, past the log: for lists.

export type SeedKey = Partial<NewKey> & { readonly lastUsedAt?: Date | null };

export type SeededKey = Seeded & { readonly lastUsedAt: Date | null };

const NEW_YEAR = Date.UTC(2026, 0, 1);

/** The given keys as rows, owned by the admin unless told otherwise. */
export async function seed(
  { database: { db }, services, admin }: Installation,
  wanted: readonly SeedKey[],
): Promise<SeededKey[]> {
  const defaults = { ownerId: admin.userId, createdAt: new Date(NEW_YEAR) };
  const seeded = wanted.map(({ lastUsedAt = null, ...facts }) => ({
    ...newKey({ ...defaults, ...facts }),
    lastUsedAt,
  }));
  await insertKeys(db, services.pepper, seeded);
  const uses = seeded.flatMap(({ id: keyId, lastUsedAt }) =>
    lastUsedAt === null ? [] : [{ keyId, lastUsedAt }],
  );
  if (uses.length > 0) await db.insert(keyLastUses).values(uses);
  return seeded;
}

/** A day of 2026, at midnight or so many milliseconds later. */
export function day(dayOfYear: number, milliseconds = 0): Date {
  return new Date(NEW_YEAR + dayOfYear * 86_400_000 + milliseconds);
}
