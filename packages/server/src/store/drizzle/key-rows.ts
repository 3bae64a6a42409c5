import type { Key, KeyId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { apiKeys, keyLastUses, PEPPER_ID } from "../../db/schema.ts";
import { foldForSorting, foldText } from "./fold.ts";
import type { SealedKey, Seals } from "./seals.ts";
import type { KeyView } from "../port/keys.ts";

// A key as a row, and a row as a key.

type KeyRow = typeof apiKeys.$inferSelect;

/** Everything but the digest, which never leaves the store. */
const keyColumns = {
  id: apiKeys.id,
  ownerId: apiKeys.ownerId,
  title: apiKeys.title,
  redacted: apiKeys.redacted,
  scopes: apiKeys.scopes,
  createdAt: apiKeys.createdAt,
  createdBy: apiKeys.createdBy,
  createdByKeyId: apiKeys.createdByKeyId,
  updatedAt: apiKeys.updatedAt,
  revision: apiKeys.revision,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  revokedBy: apiKeys.revokedBy,
  rotatedFrom: apiKeys.rotatedFrom,
};

const derivedColumns = {
  // Spelled out: in a select from one table Drizzle drops the table's name, and `id` would be the inner one's.
  lastUsedAt: sql<Date | null>`(
    select last_used_at from key_last_uses where key_id = api_keys.id
  )`.mapWith(keyLastUses.lastUsedAt),
  rotatedTo: sql<KeyId | null>`(
    select successor.id from api_keys successor
    where successor.rotated_from = api_keys.id order by successor.id desc limit 1
  )`,
};

export const keyViewColumns = { ...keyColumns, ...derivedColumns };

/** What a change locks and reads: the rest of what is sealed beside. */
export const sealedKeyColumns = {
  ...keyColumns,
  digest: apiKeys.digest,
  pepperId: apiKeys.pepperId,
  mac: apiKeys.mac,
} satisfies Partial<Record<keyof KeyRow, unknown>> & Record<keyof SealedKey, unknown>;

/**
 * The same with what is derived of other rows. That is as it was when the statement began, and the key as it was
 * once it was locked: where `revisionBefore` is another than its revision, a change came between.
 */
export const lockedKeyColumns = {
  ...sealedKeyColumns,
  ...derivedColumns,
  revisionBefore: sql<number>`(select before.revision from api_keys before where before.id = api_keys.id)`,
};

type Facts = Pick<KeyRow, keyof typeof keyColumns>;

export function keyFromRow(row: Facts): Key {
  const { revokedAt, revokedBy, ...facts } = row;
  const revocation =
    revokedAt === null || revokedBy === null ? null : { at: revokedAt, by: revokedBy };
  return {
    id: facts.id,
    ownerId: facts.ownerId,
    title: facts.title,
    redacted: facts.redacted,
    scopes: facts.scopes,
    createdAt: facts.createdAt,
    createdBy: facts.createdBy,
    createdByKeyId: facts.createdByKeyId,
    updatedAt: facts.updatedAt,
    revision: facts.revision,
    expiresAt: facts.expiresAt,
    revocation,
    rotatedFrom: facts.rotatedFrom,
  };
}

export function keyViewFromRow(
  row: Facts & { lastUsedAt: Date | null; rotatedTo: KeyId | null },
): KeyView {
  return { key: keyFromRow(row), lastUsedAt: row.lastUsedAt, rotatedTo: row.rotatedTo };
}

/** The digest of a key, by which it is looked up: it never changes. */
export type KeyDigest = Pick<KeyRow, "digest" | "pepperId">;

/** What a change may have altered of a key. */
export function changedColumns(seals: Seals, key: Key, digest: KeyDigest) {
  return {
    mac: seals.key.of({ ...key, ...digest, revokedAt: key.revocation?.at ?? null }),
    title: key.title,
    titleFold: foldForSorting(key.title),
    searchText: searchText(key),
    updatedAt: key.updatedAt,
    revision: key.revision,
    revokedAt: key.revocation?.at ?? null,
    revokedBy: key.revocation?.by ?? null,
  };
}

export function newKeyRow(seals: Seals, key: Key, digest: Uint8Array): typeof apiKeys.$inferInsert {
  const stored = { digest, pepperId: PEPPER_ID };
  return {
    ...changedColumns(seals, key, stored),
    ...stored,
    id: key.id,
    ownerId: key.ownerId,
    redacted: key.redacted,
    scopes: [...key.scopes],
    createdAt: key.createdAt,
    createdBy: key.createdBy,
    createdByKeyId: key.createdByKeyId,
    expiresAt: key.expiresAt,
    rotatedFrom: key.rotatedFrom,
  };
}

function searchText(key: Key): string {
  return `${foldText(key.title)}\n${foldText(key.redacted)}`;
}
