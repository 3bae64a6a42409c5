import type { User, UserId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { type Database, queryRows } from "../../packages/server/src/db/database.ts";
import { users } from "../../packages/server/src/db/schema.ts";
import type { Seals } from "../../packages/server/src/store/drizzle/seals.ts";
import { newUserRow } from "../../packages/server/src/store/drizzle/user-rows.ts";

const ADMIN = "user_00000000000000000000000000" satisfies UserId;
const MEMBER = "user_00000000000000000000000001" satisfies UserId;

/** Whose the keys are: three in ten the admin's, the others' a thousand members'. */
export const owners = { admin: ADMIN, member: MEMBER } as const;

/** What stands in the titles: in all, in one of ten, in one of ten thousand, in none. */
export const terms = { all: "key", some: "deploy", few: "zebra", none: "quagga" } as const;

/**
 * Fills an empty database with so many keys, made inside PostgreSQL: of three years, one in ten revoked, one
 * in ten expired, some of both ahead. Their tokens are nobody's, and they have no seal: they are listed alone.
 * Tidy up afterwards.
 */
export async function seedKeys(db: Database, keys: number, seals: Seals): Promise<void> {
  const indexes = await queryRows<{ name: string; made: string }>(
    db,
    sql`select indexname as name, indexdef as made from pg_indexes
      where tablename = 'api_keys' and indexname not in (select conname from pg_constraint)`,
  );
  for (const { name } of indexes) await db.execute(sql.raw(`drop index "${name}"`));
  const people = Array.from({ length: 1001 }, (_, n) => personOf(n));
  await db.insert(users).values(people.map((person) => newUserRow(seals, person, null)));
  await db.execute(sql`
    insert into api_keys (id, owner_id, title, redacted, title_fold, search_text, scopes, digest, pepper_id,
      created_at, created_by, updated_at, revision, expires_at, revoked_at, revoked_by)
    select 'key_' || lpad(n::text, 26, '0'), owner, title, redacted, lower(title),
      lower(title) || E'\n' || lower(redacted), '{*}', sha256(n::text::bytea), 1,
      created_at, owner, created_at + (state % 1000) * interval '1 hour', 1,
      case when state % 10 = 1 then created_at + interval '30 days'
        when state % 10 = 2 then now() + (state % 900) * interval '1 day' end,
      revoked_at, case when revoked_at is not null then owner end
    from (
      select *, case when state % 10 = 3 then created_at + (state % 700) * interval '1 hour'
        when state % 1000 = 4 then now() + interval '1 day' end as revoked_at
      from (
        select n, abs(hashint4extended(n, 1)) as state,
          'user_' || lpad(greatest(0, abs(hashint4extended(n, 2)) % 1430 - 429)::text, 26, '0') as owner,
          case when abs(hashint4extended(n, 3)) % 10000 = 7 then 'Zebra' else
            (array['Deploy','Backup','Warehouse','Orders','Partner','Laptop','Mirror','Probe','Report','Billing'])
              [1 + abs(hashint4extended(n, 4)) % 10] end
            || ' key ' || n as title,
          'sk_' || left(md5('a' || n), 4) || '…' || left(md5('b' || n), 4) as redacted,
          timestamptz '2024-01-01' + n * interval '90 seconds' as created_at
        from generate_series(1, ${keys}::int) n
      ) made
    ) timed`);
  // Made at the end, all at once: filled row by row they take several times as long.
  for (const { made } of indexes) await db.execute(sql.raw(made));
}

function personOf(n: number): User {
  return {
    id: `user_${String(n).padStart(26, "0")}`,
    email: `user-${n}@example.com`,
    name: `User ${n}`,
    role: n === 0 ? "admin" : "member",
    disabled: false,
    createdAt: new Date("2023-01-01"),
  };
}
