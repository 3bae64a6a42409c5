import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CachedRecord, cacheChangeOf, verificationCache } from "../src/index.ts";

// The cache against a model: a database that changes, its log, reads that take their time, and a
// follower that lags, loses its link and comes back.

const BOUNDS = { maxRecords: 4, maxUnknown: 4, maxStaleMs: 5000 };
const TOKENS = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"] as const;
const OWNERS = ["u0", "u1"] as const;

type Facts = {
  readonly keyId: string;
  readonly ownerId: string;
  readonly version: number;
  readonly ownerDisabled: boolean;
};

class Row extends CachedRecord implements Facts {
  readonly keyId: string;
  readonly ownerId: string;
  readonly version: number;
  readonly ownerDisabled: boolean;

  constructor({ keyId, ownerId, version, ownerDisabled }: Facts) {
    super();
    this.keyId = keyId;
    this.ownerId = ownerId;
    this.version = version;
    this.ownerDisabled = ownerDisabled;
  }
}

type Event = { seq: number; type: string; keyId: string | null; ownerId: string };
type Step =
  | { readonly do: "create" | "change" | "delete"; readonly token: number; readonly here: boolean }
  | { readonly do: "disable"; readonly owner: number; readonly here: boolean }
  | { readonly do: "begin" | "find" | "fill"; readonly token: number }
  | { readonly do: "read" | "store"; readonly fill: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "follow" | "beat" | "reconnect" };

const token = fc.nat(TOKENS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("create" as const), token, here: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("change" as const), token, here: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("delete" as const), token, here: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("disable" as const),
      owner: fc.nat(1),
      here: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("fill" as const), token }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("begin" as const), token }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("read" as const), fill: fc.nat(20) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("store" as const), fill: fc.nat(20) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("find" as const), token }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(1, 900, 2600, 5001),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: "follow" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "beat" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "reconnect" as const }) },
);

/** Runs the steps; gives what was found that should not have been, and how often something was found. */
function run(steps: readonly Step[]) {
  const cache = verificationCache<Row>(BOUNDS);
  const rows = new Map<string, Facts>();
  /** Whose each token is, or was: a deletion is about a row that is no more. */
  const owned = new Map<string, Pick<Facts, "keyId" | "ownerId">>();
  const disabled = new Set<string>();
  const log: Event[] = [];
  /** What each token stood for, and since when. */
  const history = new Map<string, { since: number; row: Row | null }[]>();
  /** Since when each token's state is known here, by a change of this node or of the feed. */
  const knownSince = new Map<string, number>();
  /** The same of its having come into being: a later change does not tell by which token it is known. */
  const createdSince = new Map<string, number>();
  const changedAt = new Map<number, number>();
  let now = 0;
  let followed = 0;
  let made = 0;
  let hits = 0;
  const fills: {
    token: string;
    fill: ReturnType<typeof cache.begin>;
    answer?: { row: Row | null; asOf: number };
  }[] = [];
  const wrong: string[] = [];

  const stateOf = (name: string): Row | null => {
    const row = rows.get(name);
    return row === undefined ? null : new Row({ ...row, ownerDisabled: disabled.has(row.ownerId) });
  };
  const append = (type: string, keyId: string | null, ownerId: string, here: boolean) => {
    const event = { seq: log.length + 1, type, keyId, ownerId };
    log.push(event);
    changedAt.set(event.seq, now);
    for (const name of TOKENS) {
      const row = rows.get(name) ?? null;
      const past = history.get(name) ?? [{ since: Number.NEGATIVE_INFINITY, row: null }];
      const state = row === null ? null : stateOf(name);
      if (JSON.stringify(past.at(-1)?.row) !== JSON.stringify(state))
        past.push({ since: now, row: state });
      history.set(name, past);
    }
    if (here) hear(event);
  };
  const hear = (event: Event) => {
    const change = cacheChangeOf(event);
    if (change !== null) cache.apply(change);
    const since = changedAt.get(event.seq) ?? 0;
    for (const [name, key] of owned) {
      const isConcerned =
        event.keyId === null ? key.ownerId === event.ownerId : key.keyId === event.keyId;
      if (!isConcerned) continue;
      knownSince.set(name, Math.max(since, knownSince.get(name) ?? since));
      if (event.type === "key.created") createdSince.set(name, since);
    }
  };
  const follow = () => {
    for (const event of log.slice(followed)) hear(event);
    followed = log.length;
  };

  for (const each of steps) {
    now += 1;
    switch (each.do) {
      case "create": {
        const name = TOKENS[each.token] as string;
        // A token is random: it never comes again, not for another key either.
        if (history.get(name)?.some(({ row }) => row !== null)) break;
        made += 1;
        const ownerId = OWNERS[made % 2] as string;
        rows.set(name, { keyId: `k${made}`, ownerId, version: 1, ownerDisabled: false });
        owned.set(name, { keyId: `k${made}`, ownerId });
        append("key.created", `k${made}`, ownerId, each.here);
        break;
      }
      case "change": {
        const name = TOKENS[each.token] as string;
        const row = rows.get(name);
        if (row === undefined) break;
        rows.set(name, { ...row, version: row.version + 1 });
        append("key.revoked", row.keyId, row.ownerId, each.here);
        break;
      }
      case "delete": {
        const name = TOKENS[each.token] as string;
        const row = rows.get(name);
        if (row === undefined) break;
        rows.delete(name);
        append("key.deleted", row.keyId, row.ownerId, each.here);
        break;
      }
      case "disable": {
        const owner = OWNERS[each.owner] as string;
        if (disabled.has(owner)) disabled.delete(owner);
        else disabled.add(owner);
        append(disabled.has(owner) ? "user.disabled" : "user.enabled", null, owner, each.here);
        break;
      }
      case "fill": {
        const name = TOKENS[each.token] as string;
        cache.store(cache.begin(now), name, stateOf(name), log.length);
        break;
      }
      case "begin":
        fills.push({ token: TOKENS[each.token] as string, fill: cache.begin(now) });
        break;
      case "read": {
        const fill = fills[each.fill % Math.max(1, fills.length)];
        if (fill !== undefined) fill.answer ??= { row: stateOf(fill.token), asOf: log.length };
        break;
      }
      case "store": {
        const [fill] = fills.splice(each.fill % Math.max(1, fills.length), 1);
        if (fill?.answer === undefined) break;
        cache.store(fill.fill, fill.token, fill.answer.row, fill.answer.asOf);
        break;
      }
      case "find": {
        const name = TOKENS[each.token] as string;
        const found = cache.find(name, now);
        if (found === undefined) break;
        hits += 1;
        const past = history.get(name) ?? [{ since: Number.NEGATIVE_INFINITY, row: null }];
        const index = past.findLastIndex(
          ({ row }) => JSON.stringify(row) === JSON.stringify(found),
        );
        if (index < 0) {
          wrong.push(`${name}: never was ${JSON.stringify(found)}`);
          break;
        }
        const until = past[index + 1]?.since ?? Number.POSITIVE_INFINITY;
        if (until < now - BOUNDS.maxStaleMs)
          wrong.push(`${name}: over at ${until}, told at ${now}`);
        if (
          until <=
          ((found === null ? createdSince : knownSince).get(name) ?? Number.NEGATIVE_INFINITY)
        ) {
          wrong.push(`${name}: known to be over at ${until}`);
        }
        break;
      }
      case "pass":
        now += each.ms;
        break;
      case "follow":
        follow();
        break;
      case "beat": {
        const sent = now;
        follow();
        cache.confirm(sent);
        break;
      }
      case "reconnect":
        cache.flush();
        follow();
        break;
    }
    const { records, unknown } = cache.size();
    if (records > BOUNDS.maxRecords || unknown > BOUNDS.maxUnknown) wrong.push("over its bounds");
  }
  return { wrong, hits };
}

describe("the cache of records", () => {
  test("never tells what is known to be over, nor what was over longer ago than its bound", () => {
    let hits = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
        const observer = run(steps);
        hits += observer.hits;
        expect(observer.wrong).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    // It would be easy to be right by never telling anything.
    expect(hits).toBeGreaterThan(1000);
  });

  const given = () => {
    const cache = verificationCache<Row>(BOUNDS);
    const row = (id: number, ownerId = "u0") =>
      new Row({ keyId: `k${id}`, ownerId, version: 1, ownerDisabled: false });
    const keep = (id: number, at = 0) => cache.store(cache.begin(at), `t${id}`, row(id), 0);
    const event = (seq: number, type: string, keyId: string | null, ownerId = "u0") => {
      const change = cacheChangeOf({ seq, type, keyId, ownerId });
      if (change !== null) cache.apply(change);
    };
    return { cache, row, keep, event };
  };

  test("a fill that read before a revocation and stores after it is dropped", () => {
    const { cache, row, event } = given();
    const fill = cache.begin(0);
    event(7, "key.revoked", "k1");
    expect(cache.store(fill, "t1", row(1), 6)).toBe(false);
    expect(cache.find("t1", 1)).toBeUndefined();
    expect(cache.store(cache.begin(1), "t1", row(1), 7)).toBe(true);
    expect(cache.find("t1", 2)).toEqual(row(1));
  });

  test("a change to another key lets a fill be", () => {
    const { cache, row, event } = given();
    const fill = cache.begin(0);
    event(7, "key.revoked", "k2");
    expect(cache.store(fill, "t1", row(1), 6)).toBe(true);
    expect(cache.find("t1", 1)).toEqual(row(1));
  });

  test("a read from before the oldest change that is remembered is not kept", () => {
    const { cache, row, event } = given();
    for (let seq = 1; seq <= 10_001; seq += 1) event(seq, "key.renamed", `other${seq}`);
    expect(cache.store(cache.begin(0), "t1", row(1), 0)).toBe(false);
    expect(cache.store(cache.begin(0), "t1", row(1), 1)).toBe(true);
  });

  test("a fill from before a flush is not kept", () => {
    const { cache, row } = given();
    const fill = cache.begin(0);
    cache.flush();
    cache.store(fill, "t1", row(1), 0);
    expect(cache.find("t1", 1)).toBeUndefined();
  });

  test("a disabled owner takes all of their keys out, and nobody else's", () => {
    const { cache, row, keep, event } = given();
    keep(1);
    keep(2);
    cache.store(cache.begin(0), "t3", row(3, "u1"), 0);
    event(1, "user.disabled", null);
    expect(cache.find("t1", 1)).toBeUndefined();
    expect(cache.find("t2", 1)).toBeUndefined();
    expect(cache.find("t3", 1)).toEqual(row(3, "u1"));
  });

  test.each([
    "session.started",
    "session.ended",
    "user.created",
    "user.password_changed",
    "ssh_key.added",
  ])("%s leaves a user's keys where they are", (type) => {
    const { cache, keep, event, row } = given();
    keep(1);
    event(1, type, null);
    expect(cache.find("t1", 1)).toEqual(row(1));
  });

  test("an event of a type not known here counts as a change", () => {
    const { cache, keep, event } = given();
    keep(1);
    event(1, "user.archived", null);
    expect(cache.find("t1", 1)).toBeUndefined();
  });

  test("what is known lives for its bound from its read, or from the last word that nothing changed", () => {
    const { cache, keep, row } = given();
    keep(1, 1000);
    expect(cache.find("t1", 6000)).toEqual(row(1));
    cache.confirm(4000);
    expect(cache.find("t1", 9000)).toEqual(row(1));
    expect(cache.find("t1", 9001)).toBeUndefined();
    cache.confirm(9001);
    expect(cache.find("t1", 9001)).toBeUndefined();
  });

  test("a change reaches a key's record also when one of the key by another token was kept before", () => {
    const { cache, row, event } = given();
    cache.store(cache.begin(0), "t1", row(1), 0);
    cache.store(cache.begin(0), "t2", row(1), 0);
    expect(cache.find("t1", 1)).toBeUndefined();
    expect(cache.find("t2", 1)).toEqual(row(1));
    event(1, "key.revoked", "k1");
    expect(cache.find("t2", 1)).toBeUndefined();
  });

  test("what is used stays when there is no room for all", () => {
    const { cache, keep, row } = given();
    keep(0);
    for (let id = 1; id < 50; id += 1) {
      keep(id);
      expect(cache.find("t0", 1)).toEqual(row(0));
    }
    expect(cache.size().records).toBeLessThanOrEqual(BOUNDS.maxRecords);
  });

  test("as many as there is room for all stay, for as long as they are used", () => {
    const { cache, keep, row } = given();
    for (let id = 0; id < BOUNDS.maxRecords; id += 1) keep(id);
    for (let time = 0; time < 5; time += 1) {
      for (let id = 0; id < BOUNDS.maxRecords; id += 1) {
        expect(cache.find(`t${id}`, 1)).toEqual(row(id));
      }
    }
  });

  test("one that comes when all were used takes the place of one, not of many", () => {
    const cache = verificationCache<Row>({ ...BOUNDS, maxRecords: 1000 });
    const keepOf = (id: number) => {
      const facts = { keyId: `k${id}`, ownerId: `u${id % 7}`, version: 1, ownerDisabled: false };
      cache.store(cache.begin(0), `t${id}`, new Row(facts), 0);
    };
    const known = () =>
      Array.from({ length: 1010 }, (_, id) => cache.find(`t${id}`, 1)).filter(Boolean).length;
    for (let id = 0; id < 1000; id += 1) keepOf(id);
    expect(known()).toBe(1000);
    for (let id = 1000; id < 1010; id += 1) {
      keepOf(id);
      expect(cache.find(`t${id}`, 1)).toBeTruthy();
      expect([known(), cache.size().records]).toEqual([1000, 1000]);
    }
  });

  test("what is outdated goes before what was used", () => {
    const { cache, keep, row, event } = given();
    for (let id = 0; id < BOUNDS.maxRecords; id += 1) keep(id);
    for (let id = 0; id < BOUNDS.maxRecords; id += 1) cache.find(`t${id}`, 1);
    event(1, "key.revoked", "k2");
    cache.store(cache.begin(0), "t9", row(9), 1);
    expect(cache.size().records).toBe(BOUNDS.maxRecords);
    for (const id of [0, 1, 3, 9]) expect(cache.find(`t${id}`, 1)).toEqual(row(id));
  });

  test("a record that two askers bring is kept", () => {
    const { cache, row, event } = given();
    const [one, two] = [cache.begin(0), cache.begin(0)];
    const record = row(1);
    cache.store(one, "t1", record, 0);
    cache.store(two, "t1", record, 0);
    expect(cache.find("t1", 1)).toBe(record);
    event(1, "user.disabled", null);
    expect(cache.find("t1", 1)).toBeUndefined();
  });

  test("unknown digests have bounds of their own, and are forgotten when a key is made", () => {
    const { cache, keep, event } = given();
    keep(1);
    for (let id = 0; id < 10_000; id += 1) cache.store(cache.begin(0), `junk${id}`, null, 0);
    expect(cache.size().records).toBe(1);
    expect(cache.size().unknown).toBeLessThanOrEqual(BOUNDS.maxUnknown);
    expect(cache.find("junk9999", 1)).toBeNull();
    event(1, "key.created", "k77");
    expect(cache.find("junk9999", 1)).toBeUndefined();
    cache.store(cache.begin(0), "junk9999", null, 0);
    expect(cache.find("junk9999", 1)).toBeUndefined();
  });
});
