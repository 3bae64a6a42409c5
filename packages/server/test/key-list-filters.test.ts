import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { onEachEngine } from "./installation.ts";
import { day, type SeedKey, seed } from "./key-stock.ts";

type Filter = Record<string, unknown>;

onEachEngine("the filters of the list", (latchkey) => {
  /** The titles that a filter leaves, sorted. */
  const titles = async (filter: Filter, as = latchkey().admin) => {
    const page = await latchkey()
      .clientOf(as)
      .keys.list.query({ limit: 100, ...filter });
    expect(page.total).toBe(page.items.length);
    return page.items.map(({ title }) => title).sort();
  };

  test("ranges hold their beginning and not their end", async () => {
    const at = [day(9), day(10), day(10, 1), day(11, -1), day(11)];
    const name = (i: number) => ["before", "at from", "inside", "just before to", "at to"][i] ?? "";
    const range = { from: day(10).toISOString(), to: day(11).toISOString() };
    const within = ["at from", "inside", "just before to"];
    const facts = (i: number): Record<string, SeedKey> => ({
      created: { createdAt: at[i] as Date },
      updated: { updatedAt: at[i] as Date, createdAt: day(0) },
      revoked: { revokedAt: at[i] as Date, createdAt: day(0) },
    });
    for (const filter of ["created", "updated", "revoked"]) {
      await latchkey().database.query(sql`delete from api_keys`);
      await seed(
        latchkey(),
        at.map((_, i) => ({ title: name(i), ...facts(i)[filter] })),
      );
      await seed(latchkey(), [{ title: "elsewhere", createdAt: day(1), updatedAt: day(1) }]);
      expect(await titles({ [filter]: range })).toEqual(within);
      expect(await titles({ [filter]: { from: day(10, 1).toISOString(), to: range.to } })).toEqual(
        within.slice(1),
      );
      expect(await titles({ [filter]: { from: range.from, to: range.from } })).toEqual([]);
    }
  });

  test("an instant with another offset is the same instant", async () => {
    await seed(latchkey(), [{ title: "here", createdAt: day(10) }]);
    const from = "2026-01-11T02:00:00+02:00";
    expect(await titles({ created: { from, to: "2026-01-11T00:00:00.001Z" } })).toEqual(["here"]);
    expect(await titles({ created: { to: from } })).toEqual([]);
  });

  test("each status holds the keys that are in it now, and every key is in one", async () => {
    const ahead = new Date(Date.now() + 3_600_000);
    const past = new Date(Date.now() - 3_600_000);
    await seed(latchkey(), [
      { title: "active" },
      { title: "active until", expiresAt: ahead },
      { title: "scheduled", revokedAt: ahead },
      { title: "scheduled, expires", revokedAt: ahead, expiresAt: ahead },
      { title: "expired", expiresAt: past },
      { title: "expired, scheduled", expiresAt: past, revokedAt: ahead },
      { title: "revoked", revokedAt: past },
      { title: "revoked and expired", revokedAt: past, expiresAt: past },
      { title: "revoked, would expire", revokedAt: past, expiresAt: ahead },
    ]);
    expect(await titles({ status: "active" })).toEqual([
      "active",
      "active until",
      "scheduled",
      "scheduled, expires",
    ]);
    expect(await titles({ status: "expired" })).toEqual(["expired", "expired, scheduled"]);
    expect(await titles({ status: "revoked" })).toEqual([
      "revoked",
      "revoked and expired",
      "revoked, would expire",
    ]);
    const { items } = await latchkey().clientOf(latchkey().admin).keys.list.query();
    for (const { title, status } of items) {
      expect(status).toBe(title.startsWith("sched") ? "active" : /^[a-z]+/.exec(title)?.[0]);
    }
  });

  test("unused since an instant means never, or before it", async () => {
    await seed(latchkey(), [
      { title: "never" },
      { title: "before", lastUsedAt: day(10, -1) },
      { title: "at", lastUsedAt: day(10) },
      { title: "after", lastUsedAt: day(11) },
    ]);
    expect(await titles({ lastUsedBefore: day(10).toISOString() })).toEqual(["before", "never"]);
  });

  test("an admin lists their own, everybody's, or one user's keys", async () => {
    const mia = await latchkey().addPerson("member", "Mia");
    await seed(latchkey(), [{ title: "mine" }, { title: "Mia's", ownerId: mia.userId }]);
    expect(await titles({})).toEqual(["mine"]);
    expect(await titles({ owner: "me" })).toEqual(["mine"]);
    expect(await titles({ owner: "all" })).toEqual(["Mia's", "mine"]);
    expect(await titles({ owner: mia.userId })).toEqual(["Mia's"]);
    expect(await titles({ owner: "user_01m85ekpraf9ev264edav9zf6q" })).toEqual([]);
    expect(await titles({ owner: "all" }, mia)).toEqual(["Mia's"]);
  });

  test("filters narrow each other, on every page", async () => {
    const revokedAt = day(20);
    await seed(
      latchkey(),
      Array.from({ length: 12 }, (_, i) => ({
        title: i % 2 === 0 ? `deploy ${i}` : `ship ${i}`,
        createdAt: day(i),
        ...(i % 3 === 0 ? { revokedAt } : {}),
      })),
    );
    const filter = {
      search: "deploy",
      status: "revoked" as const,
      created: { from: day(0).toISOString(), to: day(12).toISOString() },
      limit: 1,
    };
    const { keys } = latchkey().clientOf(latchkey().admin);
    const first = await keys.list.query(filter);
    expect(first).toMatchObject({ total: 2, items: [{ title: "deploy 6" }] });
    const second = await keys.list.query({ ...filter, cursor: String(first.nextCursor) });
    expect(second).toMatchObject({ total: 2, nextCursor: null, items: [{ title: "deploy 0" }] });
  });

  test("the total is exact to a thousand, and told as capped beyond", async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const total = async () => {
      const page = await keys.list.query({ limit: 1 });
      return [page.total, page.totalIsCapped];
    };
    await seed(
      latchkey(),
      Array.from({ length: 999 }, () => ({})),
    );
    expect(await total()).toEqual([999, false]);
    await seed(latchkey(), [{}]);
    expect(await total()).toEqual([1000, false]);
    await seed(latchkey(), [{}]);
    expect(await total()).toEqual([1000, true]);
  });
});
