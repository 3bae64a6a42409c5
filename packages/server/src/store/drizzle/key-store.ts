import { count, eq, inArray, type SQL } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { OpenDatabase } from "../../db/database.ts";
import { apiKeys } from "../../db/schema.ts";
import type { KeyStore } from "../port/keys.ts";
import { countingOrder, matching, positionOf, sortValue, stretchesOf } from "./key-list.ts";
import { keyLookup } from "./key-lookup.ts";
import { keyViewColumns, keyViewFromRow } from "./key-rows.ts";
import type { Seals } from "./seals.ts";

export function keyStore(
  { db, lookups }: Pick<OpenDatabase, "db" | "lookups">,
  seals: Seals,
): KeyStore {
  return {
    async readKey(id) {
      const [row] = await db.select(keyViewColumns).from(apiKeys).where(eq(apiKeys.id, id));
      return row === undefined ? null : keyViewFromRow(row);
    },

    async listKeys(query) {
      const rows = [];
      // A key that changes between two of them is seen as between two pages.
      for (const { where, orWhere, order } of stretchesOf(query)) {
        const wanted: number = query.limit + 1 - rows.length;
        if (wanted === 0) break;
        // Only the ids first: beside the costs of the rest, planners ignore which index is used.
        const first = (condition: SQL | undefined) =>
          db
            .select({ id: apiKeys.id })
            .from(apiKeys)
            .where(condition)
            .orderBy(...order)
            .limit(wanted);
        const ids = orWhere === undefined ? first(where) : unionAll(first(where), first(orWhere));
        rows.push(
          ...(await db
            .select({ ...keyViewColumns, sortValue: sortValue(query.sort) })
            .from(apiKeys)
            .where(inArray(apiKeys.id, ids))
            .orderBy(...order)
            .limit(wanted)),
        );
      }
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      const next = rows.length > query.limit && last !== undefined ? positionOf(last) : null;
      return { items: page.map(keyViewFromRow), next };
    },

    async countKeys(query, cap) {
      const some = db
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(matching(query))
        .orderBy(...countingOrder(query))
        .limit(cap + 1)
        .as("some");
      const [row] = await db.select({ total: count() }).from(some);
      return row?.total ?? 0;
    },

    findKeys: keyLookup(lookups, seals),
  };
}
