import { generateKeySync } from "node:crypto";
import type { Principal } from "@latchkey/core";
import { MIGRATIONS_FOLDER, migrateSchema } from "../../packages/server/src/db/migrate.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import {
  listKeys,
  type ListKeysInput,
} from "../../packages/server/src/use-cases/keys/list-keys.ts";
import { drizzleStore } from "../../packages/server/src/store/drizzle/drizzle-store.ts";
import { createSeals } from "../../packages/server/src/store/drizzle/seals.ts";
import type { Figure } from "../figure.ts";
import type { Fixture, Group } from "../fixture.ts";
import { fill } from "../fill.ts";
import { startPostgres } from "../postgres.ts";
import { manyKeys, owners, people, terms } from "./keys.ts";

// A page of the list with its capped total, as the procedure asks for it, among a million keys.

const KEYS = 1_000_000;
const CALLS = 100;
const SORTS = ["createdAt", "updatedAt", "title", "revokedAt", "expiresAt"] as const;
const STATUSES = ["active", "expired", "revoked"] as const;

export const list: Group = {
  name: "list",
  title: "a page of 20 with its capped total, 1,000,000 keys in PostgreSQL, server side",
  measure,
};

type Query = Partial<ListKeysInput>;

async function measure(fixture: Fixture): Promise<Figure[]> {
  fixture.doing("starting PostgreSQL");
  const url = await startPostgres(fixture);
  const open = await openPostgres(url);
  fixture.atEnd(open.close);
  await open.exclusively((db) => migrateSchema(db, MIGRATIONS_FOLDER));
  const pepper = generateKeySync("hmac", { length: 256 });
  fixture.doing(`making ${KEYS.toLocaleString("en")} keys`);
  await fill(open, url, pepper, people, manyKeys(KEYS));
  const seals = createSeals(pepper);
  const store = drizzleStore(open, { logKey: pepper, seals, onCommitted: () => {} });
  const page = async (query: Query, cursor?: string) => {
    const listed = await listKeys({ store }, { principal }, { ...EVERYTHING, ...query, cursor });
    if (!listed.ok) throw new Error(listed.error.code);
    return listed.value;
  };

  /** Milliseconds of pages of these queries in turn, each time the first one and the one after it. */
  const timed = async (what: string, queries: readonly Query[], calls = CALLS): Promise<Figure> => {
    const runs: number[] = [];
    const each = Math.ceil(calls / queries.length);
    for (let time = -1; time < each; time += 1) {
      fixture.doing(`${what}, ${Math.max(0, time)} of ${each}`);
      for (const query of queries) {
        let cursor: string | undefined;
        for (let at = 0; at < 2; at += 1) {
          const started = performance.now();
          const listed = await page(query, cursor);
          // The first time fills the database's memory, and is not counted.
          if (time >= 0) runs.push(performance.now() - started);
          if (listed.nextCursor === null) break;
          cursor = listed.nextCursor;
        }
      }
    }
    return { what, unit: "ms", runs, quantile: 0.99, bars: [{ of: "value", atMost: 20 }] };
  };

  const figures: Figure[] = [];
  for (const sort of SORTS) {
    const queries = orders.flatMap((order) => who.map((owner) => ({ sort, order, owner })));
    figures.push(await timed(`sorted by ${sort}, both ways, one's own, all, another's`, queries));
  }
  for (const status of STATUSES) {
    const queries = sorted().map((query) => ({ ...query, status }));
    figures.push(await timed(`${status} alone, every sort`, queries));
  }
  for (const [name, search] of Object.entries(searches)) {
    const queries = sorted().map((query) => ({ ...query, search }));
    figures.push(await timed(`search ${name}, every sort`, queries));
  }
  // The one kind that no index serves: many titles hold it, none at its beginning, all behind many others.
  const hardest = orders.map((order) => ({ sort: "title", order, search: "eploy" }) as const);
  const { bars: _, ...slow } = await timed("by title, a part of one in ten", hardest, 10);
  figures.push(slow);
  return figures;
}

const orders = ["asc", "desc"] as const;
const who = ["me", "all", owners.member] as const;

const searches = {
  "of a term in all": terms.all,
  "of a term in one of ten": terms.some,
  "of a term in one of ten thousand": terms.few,
  "of a term in none": terms.none,
  "of one letter": "d",
  "of two letters": "ze",
  "of two letters that begin nothing": "qq",
} as const;

function sorted(): Query[] {
  return SORTS.flatMap((sort) =>
    orders.flatMap((order) => (["me", "all"] as const).map((owner) => ({ sort, order, owner }))),
  );
}

const EVERYTHING: ListKeysInput = {
  owner: "all",
  search: undefined,
  status: undefined,
  created: {},
  updated: {},
  revoked: {},
  lastUsedBefore: undefined,
  sort: "createdAt",
  order: "desc",
  cursor: undefined,
  limit: 20,
};

const principal: Principal = { kind: "operator", userId: owners.admin, role: "admin" };
