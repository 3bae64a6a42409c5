import type { Pepper, User } from "@latchkey/core";
import { insertKeys, type SeededKey } from "@latchkey/testing/seed/keys";
import { insertUsers } from "@latchkey/testing/seed/people";
import { sql } from "drizzle-orm";
import { type OpenDatabase, queryRows } from "../packages/server/src/db/database.ts";
import { tidy } from "./postgres.ts";

/** Fills an empty database with users and very many keys of theirs. */
export async function fill(
  { exclusively }: OpenDatabase,
  url: string,
  pepper: Pepper,
  people: readonly User[],
  keys: Iterable<SeededKey>,
): Promise<void> {
  // Not bound by the time that a request has.
  await exclusively(async (db) => {
    await insertUsers(db, pepper, people);
    const indexes = await queryRows<{ name: string; definition: string }>(
      db,
      sql`select indexname as name, indexdef as definition from pg_indexes
        where tablename = 'api_keys' and indexname not in (select conname from pg_constraint)`,
    );
    for (const { name } of indexes) await db.execute(sql.raw(`drop index "${name}"`));
    await insertKeys(db, pepper, keys);
    // Made at the end, all at once: filled row by row they take several times as long.
    for (const { definition } of indexes) await db.execute(sql.raw(definition));
  });
  await tidy(url);
}
