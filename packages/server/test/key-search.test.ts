import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { apiKeys } from "../src/db/schema.ts";
import { matching } from "../src/store/drizzle/key-list.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEachEngine, onEngine } from "./installation.ts";
import { seed } from "./key-stock.ts";

onEachEngine("search", (latchkey) => {
  const search = async (text: string) => {
    const page = await latchkey()
      .clientOf(latchkey().admin)
      .keys.list.query({ search: text, limit: 100 });
    return page.items.map(({ title }) => title).sort();
  };
  const seedTitles = (...titles: string[]) =>
    seed(
      latchkey(),
      titles.map((title) => ({ title })),
    );

  test("three letters match anywhere in a title, fewer its beginning", async () => {
    await seedTitles("Deploy staging", "staging", "Staff", "xxst", "🔑🔒 keys");
    expect(await search("sta")).toEqual(["Deploy staging", "Staff", "staging"]);
    expect(await search("st")).toEqual(["Staff", "staging"]);
    expect(await search("d")).toEqual(["Deploy staging"]);
    expect(await search("🔑🔒")).toEqual(["🔑🔒 keys"]);
    expect(await search("🔒 k")).toEqual(["🔑🔒 keys"]);
    expect(await search("🔒")).toEqual([]);
    expect(await search("ploy st")).toEqual(["Deploy staging"]);
    expect(await search("nothing")).toEqual([]);
  });

  test("space around what was typed, and nothing typed, don't narrow the list", async () => {
    await seedTitles("Deploy", "Ship");
    expect(await search("  deploy ")).toEqual(["Deploy"]);
    expect(await search("   ")).toEqual(["Deploy", "Ship"]);
  });

  test("case, width and composition don't matter", async () => {
    await seedTitles("Straße", "ΟΔΥΣΣΕΥΣ", "CAFÉ", "ｆｕｌｌ", "İzmir");
    for (const text of ["STRASSE", "straße", "Strasse"])
      expect(await search(text)).toEqual(["Straße"]);
    for (const text of ["οδυσσευς", "οδυσσευσ", "ΟΔΥΣΣΕΥΣ"]) {
      expect(await search(text)).toEqual(["ΟΔΥΣΣΕΥΣ"]);
    }
    for (const text of ["cafe\u0301", "café", "CAFÉ"]) expect(await search(text)).toEqual(["CAFÉ"]);
    expect(await search("full")).toEqual(["ｆｕｌｌ"]);
    expect(await search("İZMIR")).toEqual(["İzmir"]);
  });

  test("joiners, which nobody sees, don't matter", async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const titles = ["کلید می\u200Cخواهم", "क\u094D\u200Dष", "👩\u200D🚀 keys"];
    for (const title of titles) expect((await keys.create.mutate({ title })).key.title).toBe(title);
    for (const text of ["میخواهم", "می\u200Cخواهم"])
      expect(await search(text)).toEqual([titles[0]]);
    for (const text of ["क\u094Dष", "क\u094D\u200Cष"])
      expect(await search(text)).toEqual([titles[1]]);
    for (const text of ["👩🚀", "👩\u200D🚀"]) expect(await search(text)).toEqual([titles[2]]);
  });

  test("wildcards are letters", async () => {
    await seedTitles("100% sure", "100 per cent", "a_b_c", "aXbXc", "back\\slash", "%", "_x");
    expect(await search("00%")).toEqual(["100% sure"]);
    expect(await search("a_b")).toEqual(["a_b_c"]);
    expect(await search("k\\s")).toEqual(["back\\slash"]);
    expect(await search("%")).toEqual(["%"]);
    expect(await search("_")).toEqual(["_x"]);
    expect(await search("%%%")).toEqual([]);
    expect(await search("\\")).toEqual([]);
    expect(await search("'; drop table api_keys; --")).toEqual([]);
  });

  test("a redacted token finds its key: whole, in part, and as it is shown", async () => {
    const [key] = await seedTitles("Mine", "Other");
    const { redacted } = key as { redacted: string };
    for (const text of [
      redacted,
      redacted.slice(0, 7),
      redacted.slice(-4),
      redacted.slice(4, -2),
    ]) {
      expect(await search(text)).toContain("Mine");
    }
    expect(await search(redacted)).toEqual(["Mine"]);
    expect(await search(redacted.toLowerCase())).toEqual(["Mine"]);
    expect(await search("sk")).toEqual(["Mine", "Other"]);
  });

  test.each(["asc", "desc"] as const)(
    "pages of what is found, by title %s, are one sort without gap or double",
    async (order) => {
      const words = ["deploy", "Deploy", "re deploy", "backup deploy", "Zoo deploy", "😀 deploy"];
      const others = ["backup", "zebra", "depl", "\u{1f600}", "\uffee deploy", "deploy\u{1f600}"];
      await seedTitles(...words, ...words, ...others, ...words, "de", "d", "sk deploy", "Skip");
      const { keys } = latchkey().clientOf(latchkey().admin);
      const everything = await keys.list.query({ sort: "title", order, limit: 100 });
      const folded = (title: string) => title.normalize("NFKC").toLowerCase();
      const found = {
        deploy: (title: string) => folded(title).includes("deploy"),
        de: (title: string) => folded(title).startsWith("de"),
        // All tokens begin so.
        s: () => true,
      };
      for (const [search, isFound] of Object.entries(found)) {
        const wanted = everything.items.filter(({ title }) => isFound(title));
        expect(wanted.length).toBeGreaterThan(5);
        for (const limit of [1, 2, 5]) {
          const ids: string[] = [];
          for (let cursor: string | undefined; ; ) {
            const page = await keys.list.query({ search, sort: "title", order, limit, cursor });
            expect(page.total).toBe(wanted.length);
            ids.push(...page.items.map(({ id }) => id));
            if (page.nextCursor === null) break;
            cursor = page.nextCursor;
          }
          expect(ids).toEqual(wanted.map(({ id }) => id));
        }
      }
    },
  );

  test("a pasted token finds its key", async () => {
    const [key] = await seedTitles("Mine", "Other");
    expect(await search(` ${(key as { token: string }).token} `)).toEqual(["Mine"]);
  });

  test("a renamed key is found by its new title alone", async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const { key } = await keys.create.mutate({ title: "Deploy" });
    await keys.rename.mutate({ id: key.id, title: "Ship" });
    expect(await search("deploy")).toEqual([]);
    expect(await search("ship")).toEqual(["Ship"]);
  });
});

const everything = {
  ownerId: null,
  status: undefined,
  created: {},
  updated: {},
  revoked: {},
  lastUsedBefore: undefined,
  sort: "createdAt",
  order: "desc",
  after: null,
  limit: 20,
  now: new Date(),
} as const;

describe("search among many keys (PostgreSQL)", () => {
  onEngine(postgresql, (latchkey) => {
    test("uses the trigram index from three letters on", async () => {
      const { database, clientOf, admin } = latchkey();
      const [key] = await seed(latchkey(), [{ title: "needle in haystack" }]);
      await database.query(sql`
        insert into api_keys (id, owner_id, title, redacted, title_fold, search_text, scopes, digest,
          pepper_id, created_at, created_by, updated_at, revision)
        select 'key_' || lpad(n::text, 26, '0'), owner_id, title, redacted, md5(n::text),
          md5(n::text) || E'\n' || redacted, scopes, sha256(n::text::bytea), 1, created_at,
          created_by, updated_at, 1
        from api_keys, generate_series(1, 20000) n`);
      await database.query(sql`vacuum analyze api_keys`);
      const where = matching({ ...everything, search: "needle" });
      const plan = await database.query(
        sql`explain select ${apiKeys.id} from ${apiKeys} where ${where}`,
      );
      expect(JSON.stringify(plan)).toContain("api_keys_search_rest_trigram");
      const page = await clientOf(admin).keys.list.query({ search: "needle" });
      expect(page).toMatchObject({ total: 1, items: [{ id: key?.id }] });
    });
  });
});
