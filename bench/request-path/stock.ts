import { randomBytes } from "node:crypto";
import { digestToken, generateToken, newKeyId, newUserId, type Pepper } from "@latchkey/core";
import { sql } from "drizzle-orm";
import type { Database } from "../../packages/server/src/db/database.ts";
import type { Ground } from "../ground.ts";

const BATCH = 10_000;
const OWNERS = 100;

/** Puts keys into an empty installation, without their events. Gives their tokens. */
export async function stock(
  { doing }: Ground,
  db: Database,
  pepper: Pepper,
  count: number,
): Promise<string[]> {
  const now = new Date();
  const owners = Array.from({ length: OWNERS }, () => newUserId(now, randomBytes));
  await db.execute(sql`insert into users (id, email, name, role, created_at)
    select id, id || '@example.com', 'Owner', 'member', now()
    from unnest(string_to_array(${owners.join(",")}, ',')) as id`);
  // Built afterwards it takes a fraction of the time.
  await db.execute(sql`drop index api_keys_search_rest_trigram`);
  const tokens: string[] = [];
  for (let made = 0; made < count; made += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - made) }, (_, index) => {
      const { token, redacted } = generateToken("sk", randomBytes);
      tokens.push(token.reveal());
      const digest = Buffer.from(digestToken(pepper, token.reveal())).toString("hex");
      const owner = owners[(made + index) % OWNERS] ?? "";
      const title = `${TITLES[(made + index) % TITLES.length]} ${made + index}`;
      return [newKeyId(now, randomBytes), owner, title, redacted, digest];
    });
    const column = (index: number) =>
      sql`string_to_array(${rows.map((row) => row[index]).join(",")}, ',')`;
    await db.execute(sql`insert into api_keys (id, owner_id, title, redacted, title_fold, search_text,
        scopes, digest, pepper_id, created_at, created_by, updated_at, revision, expires_at)
      select id, owner_id, title, redacted, lower(title), lower(title || E'\n' || redacted),
        array['orders:read'], decode(digest, 'hex'), 1, now() - random() * interval '900 days', owner_id,
        now() - random() * interval '90 days', 1,
        case when random() < 0.5 then now() + interval '1 day' + random() * interval '900 days' end
      from unnest(${column(0)}, ${column(1)}, ${column(2)}, ${column(3)}, ${column(4)})
        as row (id, owner_id, title, redacted, digest)`);
    doing(`${tokens.length.toLocaleString("en")} of ${count.toLocaleString("en")} keys`);
  }
  doing("their index for the search");
  await db.execute(
    sql`create index api_keys_search_rest_trigram on api_keys using gin (substr(search_text, 2) gin_trgm_ops)`,
  );
  await db.execute(sql`vacuum analyze`);
  // What is new is on its way to the disk otherwise, whenever a read wants its place.
  await db.execute(sql`checkpoint`);
  return tokens;
}

const TITLES = ["CI deploy", "Warehouse sync", "Shop", "Nightly export", "Old laptop", "Billing"];
