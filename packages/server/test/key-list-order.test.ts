import type { KeySort } from "@latchkey/core";
import { inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { apiKeys } from "../src/db/schema.ts";
import { foldForSorting } from "../src/store/drizzle/fold.ts";
import { onEachEngine } from "./installation.ts";
import { day, type SeededKey, type SeedKey, seed } from "./key-stock.ts";

const SORTS = ["title", "createdAt", "updatedAt", "revokedAt", "expiresAt"] as const;
const ORDERS = ["asc", "desc"] as const;

/** Ties in everything, nulls, and titles where case, width and script differ. */
const TITLES = [
  ["alpha", "Alpha", "ALPHA", "alpha", "Beta", "beta 2", "Zeta", "_under", "10", "9"],
  ["straße", "STRASSE", "Straßf", "İstanbul", "istanbul", "ISTANBUL", "ılık", "ﬁn", "fin"],
  [
    "ΣΑΣ",
    "σας",
    "σασ",
    "Ωmega",
    "🔑 key",
    "🔒",
    "é",
    "É",
    "z\u0301",
    "日本語",
    "ｆｕｌｌ",
    "\u{10ffff}",
  ],
].flat();

const MIXED: SeedKey[] = TITLES.map((title, i) => ({
  title,
  createdAt: day(i % 7, i % 3),
  updatedAt: day(30 + (i % 5)),
  revokedAt: i % 4 === 0 ? null : day(60 + (i % 3)),
  expiresAt: i % 3 === 0 ? day(400 + (i % 2), 1) : null,
}));

onEachEngine("the order of the list", (latchkey) => {
  const walk = async (sort: KeySort, order: "asc" | "desc", limit: number) => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const seen: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await keys.list.query({ sort, order, limit, ...(cursor ? { cursor } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (cursor === null) return seen;
    }
  };

  test.each(SORTS.flatMap((sort) => ORDERS.map((order) => [sort, order] as const)))(
    "pages by %s %s together are one full sort, nulls last",
    async (sort, order) => {
      const seeded = await seed(latchkey(), MIXED);
      const expected = [...seeded].sort(by(sort, order)).map(({ id }) => id);
      expect(await walk(sort, order, 4)).toEqual(expected);
      expect(await walk(sort, order, 100)).toEqual(expected);
    },
  );

  test("a page that ends exactly at the last key has none after it", async () => {
    await seed(latchkey(), MIXED.slice(0, 6));
    const { keys } = latchkey().clientOf(latchkey().admin);
    const whole = await keys.list.query({ limit: 6 });
    expect(whole).toMatchObject({ nextCursor: null, total: 6 });
    const first = await keys.list.query({ limit: 5 });
    const rest = await keys.list.query({ limit: 5, cursor: String(first.nextCursor) });
    expect({ items: rest.items.length, next: rest.nextCursor }).toEqual({ items: 1, next: null });
  });

  test("without a choice the newest comes first, twenty a page", async () => {
    const seeded = await seed(
      latchkey(),
      Array.from({ length: 25 }, (_, i) => ({ createdAt: day(i) })),
    );
    const page = await latchkey().clientOf(latchkey().admin).keys.list.query();
    const newest = seeded
      .map(({ id }) => id)
      .reverse()
      .slice(0, 20);
    expect(page.items.map(({ id }) => id)).toEqual(newest);
  });

  test.each(SORTS)(
    "keys added and deleted between pages by %s hide and repeat no others",
    async (sort) => {
      const { admin, clientOf, database } = latchkey();
      const { keys } = clientOf(admin);

      const seeded = await seed(latchkey(), MIXED);
      const sorted = [...seeded].sort(by(sort, "asc"));
      const seen: string[] = [];
      const deleted: string[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await keys.list.query({
          sort,
          order: "asc",
          limit: 5,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        if (cursor === null) break;
        // The last key seen, which the cursor names, and one that is still to come.
        const gone = [page.items.at(-1)?.id, sorted[seen.length + 2]?.id].filter(
          (id) => id !== undefined,
        );
        deleted.push(...gone.filter((id) => !seen.includes(id)));
        await database.db.delete(apiKeys).where(inArray(apiKeys.id, gone));
        await seed(latchkey(), [MIXED[0] as SeedKey, MIXED[7] as SeedKey]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      const survivors = sorted.map(({ id }) => id).filter((id) => !deleted.includes(id));
      expect(seen.filter((id) => survivors.includes(id as never))).toEqual(survivors);
    },
  );

  test("titles that fold to many times their length can be stored, sorted and paged", async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    // Each of these letters becomes a word; no two titles fold to texts that compress alike.
    const wide = [
      ..."㌀㌁㌂㌃㌄㌅㌆㌇㌈㌉㌊㌋㌌㌍㌎㌏㌐㌑㌒㌓㌔㌕㌖㌗㌘㌙㌚㌛㌜㌝㌞㌟㌠㌡㌢㌣㌤㌥㌦㌧㌨㌩㌪㌫㌬㌭㌮㌯㌰㌱㌲㌳㌴㌵㌶㌷㌸㌹㌺㌻㌼㌽㌾㌿㍀㍁㍂㍃㍄㍅㍆㍇㍈㍉㍊㍋㍌㍍㍎㍏㍐㍑㍒㍓㍔㍕㍖㍗",
      "ﷺ",
      "ﷻ",
    ];
    const shuffled = (step: number) =>
      Array.from({ length: 200 }, (_, i) => wide[(i * step + i * i) % wide.length]).join("");
    const titles = [1, 3, 5, 7, 11, 13].map(shuffled).concat("ﷺ".repeat(200));
    const ids = [];
    for (const title of titles) ids.push((await keys.create.mutate({ title })).key.id);
    expect((await walk("title", "asc", 1)).sort()).toEqual(ids.sort());
    const [first] = titles;
    expect((await keys.list.query({ search: String(first).slice(0, 100) })).total).toBe(1);
  });
});

/** The order that the contract promises, in plain JavaScript. */
function by(sort: KeySort, order: "asc" | "desc") {
  const sign = order === "asc" ? 1 : -1;
  const valueOf = (key: SeededKey) => {
    if (sort === "title") return foldForSorting(key.title);
    return (sort === "revokedAt" ? key.revocation?.at : key[sort])?.toISOString() ?? null;
  };
  return (a: SeededKey, b: SeededKey) => {
    const [left, right] = [valueOf(a), valueOf(b)];
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1;
      return sign * compare(a.id, b.id);
    }
    return sign * (compare(left, right) || compare(a.id, b.id));
  };
}

/** By code point, as UTF-8 sorts. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
