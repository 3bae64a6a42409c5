import { and, eq, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { apiKeys, users } from "../db/schema.ts";
import { sharedParts } from "../shared-parts.ts";
import { asOfHead, asOfRow } from "./as-of.ts";
import { byteaArray } from "./bytea-array.ts";
import { PEPPER_ID } from "./pepper-id.ts";
import { type FoundKeys, KnownKey } from "./store.ts";
import { userColumns } from "./user-rows.ts";

/**
 * Many keys by their digests, in one prepared statement whose text never changes: both drivers take an
 * array as the text of one.
 */
export function keyLookup(db: Database): (digests: readonly string[]) => Promise<FoundKeys> {
  const head = asOfHead(db);
  const query = db
    .select({
      seq: head.seq,
      at: head.at,
      digest: sql<string>`encode(${apiKeys.digest}, 'hex')`,
      keyId: apiKeys.id,
      title: apiKeys.title,
      scopes: apiKeys.scopes,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      owner: userColumns,
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

  return async (digests) => {
    const rows = await query.execute({ digests: byteaArray(digests) });
    const keys = new Map<string, KnownKey>();
    for (const { seq: _, at: __, digest, keyId, title, scopes, owner: user, ...ends } of rows) {
      if (keyId === null || title === null || scopes === null) continue;
      if (user === null) throw new Error("a key has lost its owner");
      const owner = shared.owner(user);
      const record = {
        keyId,
        ownerId: owner.id,
        title,
        scopes: shared.scopes(scopes),
        expiresAt: ends.expiresAt,
        revokedAt: ends.revokedAt,
        ownerDisabled: owner.disabled,
      };
      keys.set(digest, new KnownKey(record, owner));
    }
    return { keys, asOf: asOfRow(rows) };
  };
}
