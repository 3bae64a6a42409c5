import { randomBytes } from "node:crypto";
import { digestToken, generateToken, type Key, newKeyId, type UserId } from "@latchkey/core";
import { apiKeys, keyLastUses } from "../src/db/schema.ts";
import { newKeyRow } from "../src/store/drizzle/key-rows.ts";
import { createSeals } from "../src/store/drizzle/seals.ts";
import type { Installation } from "./installation.ts";

// Many keys at once, past the log: for lists.

export type SeedKey = Partial<
  Pick<Key, "title" | "scopes" | "createdAt" | "updatedAt" | "expiresAt" | "ownerId">
> & { readonly revokedAt?: Date | null; readonly lastUsedAt?: Date | null };

export type SeededKey = Key & { readonly token: string; readonly lastUsedAt: Date | null };

const NEW_YEAR = Date.UTC(2026, 0, 1);

/** The given keys as rows, owned by the admin unless told otherwise. */
export async function seed(
  { database, services, admin }: Installation,
  wanted: readonly SeedKey[],
): Promise<SeededKey[]> {
  const made = wanted.map((facts): SeededKey => {
    const { token, redacted } = generateToken("sk", randomBytes);
    const ownerId: UserId = facts.ownerId ?? admin.userId;
    const createdAt = facts.createdAt ?? new Date(NEW_YEAR);
    return {
      id: newKeyId(createdAt, randomBytes),
      ownerId,
      title: facts.title ?? "Key",
      redacted,
      scopes: facts.scopes ?? ["*"],
      createdAt,
      createdBy: ownerId,
      createdByKeyId: null,
      updatedAt: facts.updatedAt ?? createdAt,
      revision: 1,
      expiresAt: facts.expiresAt ?? null,
      revocation: facts.revokedAt ? { at: facts.revokedAt, by: ownerId } : null,
      rotatedFrom: null,
      lastUsedAt: facts.lastUsedAt ?? null,
      token: token.reveal(),
    };
  });
  for (let from = 0; from < made.length; from += 500) {
    const some = made.slice(from, from + 500);
    const rows = some.map(({ token, lastUsedAt: _, ...key }) =>
      newKeyRow(createSeals(services.pepper), key, digestToken(services.pepper, token)),
    );
    await database.db.insert(apiKeys).values(rows);
    const used = some.flatMap(({ id: keyId, lastUsedAt }) =>
      lastUsedAt === null ? [] : [{ keyId, lastUsedAt }],
    );
    if (used.length > 0) await database.db.insert(keyLastUses).values(used);
  }
  return made;
}

/** A day of 2026, at midnight or so many milliseconds later. */
export function day(dayOfYear: number, milliseconds = 0): Date {
  return new Date(NEW_YEAR + dayOfYear * 86_400_000 + milliseconds);
}
