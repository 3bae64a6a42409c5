import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateToken, type VerifyOutcome } from "@latchkey/core";
import { eq, gt } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres, type PostgresOptions } from "../src/db/postgres.ts";
import { eventHead, events } from "../src/db/schema.ts";
import type { Services } from "../src/use-cases/services.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { Outage } from "../src/faults/outage.ts";
import { openLink, type DatabaseLink } from "@latchkey/testing/database/database-link";
import { createDatabase, type PostgresDatabase } from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";
import { until } from "@latchkey/testing/until";
import { presented } from "./presented.ts";

// Two servers on one PostgreSQL, each with its own way there: what one changes, the other's cache must
// not outlive. Every verification here goes through the cache where it may.

type Node = { readonly services: Services; readonly origin: DatabaseLink };

let database: PostgresDatabase;
let direct: OpenDatabase;
let folder: string;
let here: Node;
let there: Node;
let latchkey: Installation;
const opened = new AsyncDisposableStack();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  database = await createDatabase({ migrated: true });
  direct = await openPostgres(database.url, 2);
  [here, there] = await Promise.all([startNode(), startNode()]);
  latchkey = await install({ ...direct, query: async () => [] }, here.services);
});
afterAll(async () => {
  await opened.disposeAsync();
  await direct.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function startNode(options: PostgresOptions = {}): Promise<Node> {
  const origin = await openLink(database.url);
  opened.defer(origin.close);
  const open = await openPostgres(origin.url, 3, options);
  opened.defer(open.close);
  const services = await startServices(open, folder);
  opened.defer(services.close);
  services.feed.start();
  await until(() => ["live", "polling"].includes(services.feed.state()));
  return { services, origin };
}

const keys = () => latchkey.clientOf(latchkey.admin).keys;

/** The outcome at a node; a string where the storage could not answer. */
async function verifyAt(
  { services }: Node,
  token: string,
): Promise<VerifyOutcome["outcome"] | "UNAVAILABLE"> {
  try {
    const result = await verifyKey(services, { token, scopes: undefined });
    return result.ok ? result.value.outcome : "UNAVAILABLE";
  } catch (error) {
    if (error instanceof Outage) return "UNAVAILABLE";
    throw error;
  }
}

/** Verifies until it is answered from memory, so that what follows is about the cache. */
async function warm(node: Node, token: string): Promise<void> {
  await until(async () => {
    await verifyAt(node, token);
    return node.services.keys.peek(presented(token)) !== undefined;
  });
}

const becomes = (node: Node, token: string, outcome: string) =>
  until(async () => (await verifyAt(node, token)) === outcome);

/** Until all that was changed so far has been told there, up to the `seq` it gives. */
async function caughtUp({ services }: Node): Promise<number> {
  const [head] = await direct.lookups.select().from(eventHead);
  const seq = head?.seq ?? 0;
  await until(() => services.feed.seq() === seq);
  return seq;
}

describe("what a cache knows (two servers on PostgreSQL)", () => {
  test("a hit asks nobody", async () => {
    const { token } = await keys().create.mutate({ title: "Shop" });
    await warm(here, token);
    const before = here.services.keys.statistics();
    expect(await verifyAt(here, token)).toBe("VALID");
    const after = here.services.keys.statistics();
    expect(after.hits).toBe(before.hits + 1);
    expect(after.misses).toBe(before.misses);
  });

  test("where the change is made it is known with the answer; elsewhere soon after", async () => {
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    for (const [change, outcome] of [
      [() => keys().revoke.mutate({ id: key.id }), "REVOKED"],
      [() => keys().delete.mutate({ id: key.id }), "NOT_FOUND"],
    ] as const) {
      await warm(here, token);
      await warm(there, token);
      await change();
      expect(await verifyAt(here, token)).toBe(outcome);
      await becomes(there, token, outcome);
    }
  });

  test("a new title is told by every cache", async () => {
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    await warm(there, token);
    await keys().rename.mutate({ id: key.id, title: "Store" });
    await until(() => there.services.keys.peek(presented(token))?.key?.title !== "Shop");
    expect(
      (
        await (there.services.keys.peek(presented(token)) ??
          there.services.keys.find(presented(token)))
      ).key?.title,
    ).toBe("Store");
  });

  test("a token that was unknown is known as soon as it belongs to a key", async () => {
    const first = await keys().create.mutate({ title: "Shop" });
    const { token } = await keys().rotate.mutate({ id: first.key.id, graceSeconds: 0 });
    expect(await verifyAt(there, token)).toBe("VALID");
    await becomes(there, first.token, "REVOKED");
  });

  test("a disabled owner is seen by every cache, and so is one enabled again", async () => {
    const member = await latchkey.addPerson("member", "Max");
    const { token } = await latchkey.clientOf(member).keys.create.mutate({ title: "Shop" });
    const { users } = latchkey.clientOf(latchkey.admin);
    await warm(here, token);
    await warm(there, token);
    await users.disable.mutate({ id: member.userId });
    expect(await verifyAt(here, token)).toBe("OWNER_DISABLED");
    await becomes(there, token, "OWNER_DISABLED");
    await warm(there, token);
    await users.enable.mutate({ id: member.userId });
    expect(await verifyAt(here, token)).toBe("VALID");
    await becomes(there, token, "VALID");
  });

  test("revoked by schedule and expired: an end falls due in a record that is cached", async () => {
    const expiresAt = new Date(Date.now() + 2000).toISOString();
    const expiring = await keys().create.mutate({ title: "Expiring", expiresAt });
    const scheduled = await keys().create.mutate({ title: "Scheduled" });
    await keys().revoke.mutate({ id: scheduled.key.id, inSeconds: 2 });
    for (const [{ key, token }, end] of [
      [expiring, "EXPIRED"],
      [scheduled, "REVOKED"],
    ] as const) {
      await warm(there, token);
      const observer = new Set<string>();
      await until(async () => {
        const outcome = await verifyAt(there, token);
        observer.add(outcome);
        return outcome === end;
      });
      expect([...observer].at(-1)).toBe(end);
      observer.delete("VALID");
      expect([...observer]).toEqual([end]);
      expect(there.services.keys.peek(presented(token))?.key?.keyId).toBe(key.id);
    }
  });

  test("25,000 random tokens are refused, and no more than 10,000 of them are remembered", async () => {
    const unknown = () => here.services.keys.statistics().unknown;
    let last = "";
    for (let batch = 0; batch < 5; batch += 1) {
      const junk = Array.from({ length: 5000 }, () =>
        generateToken("sk", randomBytes).token.reveal(),
      );
      const outcomes = await Promise.all(junk.map((token) => verifyAt(here, token)));
      expect(new Set(outcomes)).toEqual(new Set(["NOT_FOUND"]));
      expect(unknown()).toBeLessThanOrEqual(10_000);
      last = junk.at(-1) ?? "";
    }
    // It would be easy to stay within bounds by remembering none.
    await warm(here, last);
    expect(unknown()).toBeGreaterThan(0);
  });
});

describe("a cache that loses touch (PostgreSQL)", () => {
  /** Changes a key by a way that the node's own trouble does not touch. */
  const revokeElsewhere = async (id: string) => {
    const client = latchkey.clientOf(latchkey.admin);
    await client.keys.revoke.mutate({ id });
  };

  test("a listener that is killed under load misses nothing, and tells nothing twice", async () => {
    const { feed } = there.services;
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, index) => keys().create.mutate({ title: `Key ${index}` })),
    );
    for (const { token } of made) await warm(there, token);
    const before = await caughtUp(there);
    const heard: number[] = [];
    let losses = 0;
    const unfollow = feed.follow({
      events: (events) => heard.push(...events.map(({ seq }) => seq)),
      state: (state) => {
        if (state === "down") losses += 1;
      },
    });
    onTestFinished(unfollow);
    const sql = rawPostgres(database.url);
    onTestFinished(() => sql.end());
    /** Until this one has lost its listener: it is the other's, perhaps, that is found first. */
    const killListeners = async () => {
      await until(() => feed.state() === "live");
      let killed = 0;
      losses = 0;
      await until(async () => {
        const listeners = await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
            and (query ilike 'listen%' or query = 'select 1')`;
        killed += listeners.length;
        return killed > 0 && losses > 0;
      });
    };
    for (const [index, { key }] of made.entries()) {
      if (index % 8 === 4) await killListeners();
      await revokeElsewhere(key.id);
    }
    for (const { token } of made) await becomes(there, token, "REVOKED");
    await until(() => feed.state() === "live");
    const after = await caughtUp(there);
    expect(after - before).toBeGreaterThanOrEqual(made.length);
    expect(heard).toEqual(Array.from({ length: after - before }, (_, index) => before + 1 + index));
  });

  test("every connection broken at once, nothing is missed", async () => {
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    await warm(there, token);
    there.origin.breakAll();
    await revokeElsewhere(key.id);
    await becomes(there, token, "REVOKED");
    expect(await verifyAt(there, token)).toBe("REVOKED");
  });

  test("cut off without a word, it answers within its bound, then not at all, and recovers", async () => {
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    await warm(there, token);
    there.origin.freeze();
    const began = performance.now();
    await revokeElsewhere(key.id);
    // Old news is told no longer than it may be.
    let lastValidAt = began;
    await until(async () => {
      const asked = performance.now();
      const outcome = await verifyAt(there, token);
      expect(["VALID", "UNAVAILABLE"]).toContain(outcome);
      if (outcome === "VALID") lastValidAt = asked;
      return outcome === "UNAVAILABLE";
    }, 15_000);
    expect(lastValidAt - began).toBeLessThanOrEqual(5000);
    expect(await verifyAt(there, token)).toBe("UNAVAILABLE");
    there.origin.thaw();
    await becomes(there, token, "REVOKED");
  });

  test.each([
    ["as after a failover", {}, (node: Node) => node.origin.breakAll()],
    ["under connections that stay", {}, () => {}],
    ["where nobody may listen", { feed: "poll" }, () => {}],
  ] as const)("a log that lost its end, %s, is begun anew", async (_, options, breaks) => {
    const node = await startNode(options);
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    const cut = await caughtUp(node);
    await keys().rename.mutate({ id: key.id, title: "Store" });
    await caughtUp(node);
    await warm(node, token);
    // The rename is lost, and what takes its number is another change.
    const [last] = await direct.db.select().from(events).where(eq(events.seq, cut));
    if (last === undefined) throw new Error("the event is gone");
    await direct.db.transaction(async (tx) => {
      await tx.delete(events).where(gt(events.seq, cut));
      await tx.update(eventHead).set({ seq: cut, mac: last.mac, at: last.at });
    });
    await revokeElsewhere(key.id);
    breaks(node);
    await becomes(node, token, "REVOKED");
    await warm(node, token);
    expect(node.services.feed.seq()).toBe(cut + 1);
  });

  test("where nobody may listen, it looks by itself", async () => {
    const polling = await startNode({ feed: "poll" });
    expect(polling.services.feed.state()).toBe("polling");
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    await warm(polling, token);
    await revokeElsewhere(key.id);
    await becomes(polling, token, "REVOKED");
  });

  test("where nothing but its listener is lost, it looks by itself until that is back", async () => {
    const node = await startNode();
    node.origin.breakBefore("listen latchkey_events");
    node.origin.breakAll();
    await until(() => node.services.feed.state() === "polling");
    const { key, token } = await keys().create.mutate({ title: "Shop" });
    await warm(node, token);
    await revokeElsewhere(key.id);
    await becomes(node, token, "REVOKED");
    expect(node.services.feed.state()).toBe("polling");
    node.origin.breakBefore(null);
    await until(() => node.services.feed.state() === "live");
  });

  test("a server that has not begun to follow the log relies on no memory", async () => {
    const { token } = await keys().create.mutate({ title: "Shop" });
    const services = await startServices(direct, folder);
    opened.defer(services.close);
    await services.keys.find(presented(token));
    await services.keys.find(presented(token));
    expect(services.keys.peek(presented(token))).toBeUndefined();
  });
});
