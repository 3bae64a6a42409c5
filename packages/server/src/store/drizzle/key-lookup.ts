import { sharedParts, type User, type UserId } from "@latchkey/core";
import { and, eq, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Database } from "../../db/database.ts";
import { byteaArray } from "../../db/columns.ts";
import { apiKeys, PEPPER_ID, users } from "../../db/schema.ts";
import { asOfHead, asOfRow } from "./head.ts";
import type { SealedKey, Seals } from "./seals.ts";
import type { FoundKey, FoundKeys } from "../port/keys.ts";
import { RowTampered } from "../../faults/row-tampered.ts";
import { userColumns } from "./user-rows.ts";

type UserRow = User & { readonly mac: string | null };
type KeyRow = Omit<SealedKey, "digest" | "ownerId" | "pepperId"> & { readonly mac: string | null };

/** Text, which both drivers give as it is: a million reads make no bytes of it first. */
const hexOf = (mac: AnyPgColumn) => sql<string | null>`encode(${mac}, 'hex')`;

/**
 * Many keys by their digests, in one prepared statement whose text never changes: both drivers accept an array as
 * its text.
 */
export function keyLookup(
  db: Database,
  seals: Seals,
): (digests: readonly string[]) => Promise<FoundKeys> {
  const head = asOfHead(db);
  const query = db
    .select({
      seq: head.seq,
      at: head.at,
      digest: sql<string>`encode(${apiKeys.digest}, 'hex')`,
      key: {
        id: apiKeys.id,
        title: apiKeys.title,
        scopes: apiKeys.scopes,
        expiresAt: apiKeys.expiresAt,
        revokedAt: apiKeys.revokedAt,
        mac: hexOf(apiKeys.mac),
      },
      owner: { ...userColumns, mac: hexOf(users.mac) },
    })
    .from(head)
    .leftJoin(
      apiKeys,
      and(
        eq(apiKeys.pepperId, PEPPER_ID),
        sql`${apiKeys.digest} = any(${sql.placeholder("digests")}::text::bytea[])`,
      ),
    )
    .leftJoin(users, eq(users.id, apiKeys.ownerId))
    .prepare("find_keys");

  const shared = sharedParts();
  const ownerOf = sealedOwners(seals);

  /** One that was tampered with is returned in its place: it says nothing about the others. */
  const foundKey = (
    digest: string,
    { mac, ...key }: KeyRow,
    user: UserRow,
  ): FoundKey | RowTampered => {
    // What is in no column of the read follows from how it was joined.
    const sealed = { ...key, digest, ownerId: user.id, pepperId: PEPPER_ID };
    if (!seals.key.holds(sealed, mac)) return new RowTampered("key", key.id);
    const owner = ownerOf(user);
    if (owner === null) return new RowTampered("user", user.id);
    const record = {
      keyId: key.id,
      ownerId: owner.id,
      title: key.title,
      scopes: shared.scopes(key.scopes),
      expiresAt: key.expiresAt,
      revokedAt: key.revokedAt,
      ownerDisabled: owner.disabled,
    };
    return { record, owner };
  };

  return async (digests) => {
    const rows = await query.execute({ digests: byteaArray(digests) });
    const keys = new Map<string, FoundKey | RowTampered>();
    for (const { digest, key, owner: user } of rows) {
      if (key === null) continue;
      if (user === null) throw new Error("a key has lost its owner");
      keys.set(digest, foundKey(digest, key, user));
    }
    return { keys, asOf: asOfRow(rows) };
  };
}

/** How many owners are cached; beyond that it starts over, at the cost of some time. */
const REMEMBERED = 10_000;

/** The owner in a row, the same object as long as it is unchanged; `null` if its MAC does not match. */
function sealedOwners(seals: Seals): (row: UserRow) => User | null {
  const known = new Map<UserId, { readonly user: User; readonly mac: string }>();
  return ({ mac, ...user }) => {
    const before = known.get(user.id);
    if (before?.mac === mac && isSame(before.user, user)) return before.user;
    if (mac === null || !seals.user.holds(user, mac)) return null;
    if (known.size >= REMEMBERED) known.clear();
    known.set(user.id, { user, mac });
    return user;
  };
}

function isSame(a: User, b: User): boolean {
  if (a.role !== b.role || a.disabled !== b.disabled) return false;
  if (a.createdAt.getTime() !== b.createdAt.getTime()) return false;
  return a.email === b.email && a.name === b.name;
}
