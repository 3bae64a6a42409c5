import { randomBytes } from "node:crypto";
import {
  digestToken,
  generateToken,
  type Key,
  newKeyId,
  type Pepper,
  type UserId,
} from "@latchkey/core";
import { getTableColumns, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Database } from "../../../server/src/db/database.ts";
import { apiKeys } from "../../../server/src/db/schema.ts";
import { newKeyRow } from "../../../server/src/store/drizzle/key-rows.ts";
import { createSeals } from "../../../server/src/store/drizzle/seals.ts";

// Keys past the log, one or a million of them, as the store itself would have written them.

/** In one statement. */
const BATCH = 5_000;

const columns = getTableColumns(apiKeys);

export type SeedKey = Partial<
  Pick<Key, "title" | "scopes" | "createdAt" | "updatedAt" | "expiresAt">
> & { readonly ownerId: UserId; readonly revokedAt?: Date | null };

export type SeededKey = Key & { readonly token: string };

/** A key with a new token, not yet stored. */
export function newKey({ ownerId, createdAt = new Date(), ...facts }: SeedKey): SeededKey {
  const { token, redacted } = generateToken("sk", randomBytes);
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
    token: token.reveal(),
  };
}

/** Stores keys as they are made, and keeps none of them in memory. */
export async function insertKeys(
  db: Database,
  pepper: Pepper,
  keys: Iterable<SeededKey>,
): Promise<void> {
  const seals = createSeals(pepper);
  let rows: (typeof apiKeys.$inferInsert)[] = [];
  for (const { token, ...key } of keys) {
    rows.push(newKeyRow(seals, key, digestToken(pepper, token)));
    if (rows.length < BATCH) continue;
    await insertRows(db, rows);
    rows = [];
  }
  if (rows.length > 0) await insertRows(db, rows);
}

/** As one parameter, since a statement takes 65,535 of them at most; both engines read JSON as a table's rows. */
async function insertRows(
  db: Database,
  rows: readonly (typeof apiKeys.$inferInsert)[],
): Promise<void> {
  const asJson = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        inJson(columns[name as keyof typeof columns], value),
      ]),
    ),
  );
  await db.execute(sql`insert into api_keys
    select * from json_populate_recordset(null::api_keys, ${JSON.stringify(asJson)}::text::json)`);
}

/** A value as its column gives it to the driver; bytes and arrays as PostgreSQL reads them from JSON. */
function inJson(column: AnyPgColumn, value: unknown): unknown {
  if (value === null || value === undefined || Array.isArray(value)) return value;
  const stored = column.mapToDriverValue(value);
  return stored instanceof Uint8Array ? `\\x${Buffer.from(stored).toString("hex")}` : stored;
}
