import { randomBytes } from "node:crypto";
import {
  digestToken,
  generateToken,
  type Key,
  newKeyId,
  newUserId,
  type Pepper,
  type UserId,
} from "@latchkey/core";
import { sql } from "drizzle-orm";
import type { Database } from "../../packages/server/src/db/database.ts";
import { apiKeys, users } from "../../packages/server/src/db/schema.ts";
import { newKeyRow } from "../../packages/server/src/store/drizzle/key-rows.ts";
import { createSeals } from "../../packages/server/src/store/drizzle/seals.ts";
import { newUserRow } from "../../packages/server/src/store/drizzle/user-rows.ts";
import type { Fixture } from "../fixture.ts";

const BATCH = 10_000;
/** A statement takes 65,535 parameters at most. */
const INSERTED = 2_500;
const OWNERS = 100;

/** Puts keys into an empty installation, without their events. Gives their tokens. */
export async function seed(
  { doing }: Fixture,
  db: Database,
  pepper: Pepper,
  count: number,
): Promise<string[]> {
  const now = new Date();
  const owners = Array.from({ length: OWNERS }, () => newUserId(now, randomBytes));
  const seals = createSeals(pepper);
  const facts = { name: "Owner", role: "member", disabled: false, createdAt: now } as const;
  const people = owners.map((id) =>
    newUserRow(seals, { id, email: `${id}@example.com`, ...facts }, null),
  );
  await db.insert(users).values(people);
  // Built afterwards it takes a fraction of the time.
  await db.execute(sql`drop index api_keys_search_rest_trigram`);
  const tokens: string[] = [];
  for (let made = 0; made < count; made += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - made) }, (_, index) => {
      const { token, redacted } = generateToken("sk", randomBytes);
      tokens.push(token.reveal());
      const ownerId = owners[(made + index) % OWNERS] as UserId;
      const key: Key = {
        id: newKeyId(now, randomBytes),
        ownerId,
        title: `${TITLES[(made + index) % TITLES.length]} ${made + index}`,
        redacted,
        scopes: ["orders:read"],
        createdAt: daysFrom(now, -900 * Math.random()),
        createdBy: ownerId,
        createdByKeyId: null,
        updatedAt: daysFrom(now, -90 * Math.random()),
        revision: 1,
        expiresAt: Math.random() < 0.5 ? daysFrom(now, 1 + 900 * Math.random()) : null,
        revocation: null,
        rotatedFrom: null,
      };
      return newKeyRow(seals, key, digestToken(pepper, token.reveal()));
    });
    for (let at = 0; at < rows.length; at += INSERTED) {
      await db.insert(apiKeys).values(rows.slice(at, at + INSERTED));
    }
    doing(`${tokens.length.toLocaleString("en")} of ${count.toLocaleString("en")} keys`);
  }
  doing("their index for the search");
  await db.execute(
    sql`create index api_keys_search_rest_trigram on api_keys using gin (substr(search_text, 2) gin_trgm_ops)`,
  );
  return tokens;
}

function daysFrom(now: Date, days: number): Date {
  return new Date(Math.floor(now.getTime() + days * 86_400_000));
}

const TITLES = ["CI deploy", "Warehouse sync", "Shop", "Nightly export", "Old laptop", "Billing"];
