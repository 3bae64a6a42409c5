import type { KeyId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { deleteKey } from "../src/use-cases/keys/delete-key.ts";
import { renameKey } from "../src/use-cases/keys/rename-key.ts";
import { revokeKey } from "../src/use-cases/keys/revoke-key.ts";
import type { Services } from "../src/use-cases/services.ts";
import { seed } from "./key-stock.ts";
import { withTwoServers } from "./two-servers.ts";
import { until } from "@latchkey/testing/until";

// Two servers write the use of the same keys while others change and delete them.

const KEYS = 30;

describe("use written by two servers at once", () => {
  const two = withTwoServers();

  const some = async (count = KEYS) => {
    const keys = await seed(
      two().installation,
      Array.from({ length: count }, () => ({})),
    );
    return keys.map(({ id }) => id);
  };
  const useAll = (server: Services, ids: readonly KeyId[], at = new Date()) => {
    for (const keyId of ids) server.use.record({ key: { keyId }, outcome: "VALID", at });
  };
  const counted = () =>
    two().installation.database.query<{ id: KeyId; valid: number }>(
      sql`select key_id as id, sum(valid)::int as valid from key_hourly_uses
        group by key_id order by key_id`,
    );
  const waiting = () => two().servers.map((server) => server.use.statistics().waiting);
  const failed = () => two().servers.map((server) => server.use.statistics().flushes.failed);
  /** Until nothing waits any more: keys that the other held are written with the next attempt. */
  const flushAll = async () => {
    await until(async () => {
      for (const server of two().servers) await server.use.flush();
      return waiting().every((rows) => rows === 0);
    });
  };

  test("adds up to what was counted, whatever changes meanwhile", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    const [one, other] = servers;
    const ids = await some();
    const began = failed();
    const rounds = 25;
    for (let round = 0; round < rounds; round += 1) {
      const at = new Date(Date.now() - round);
      useAll(one, ids, at);
      useAll(other, ids.toReversed(), at);
      const id = ids[round] as KeyId;
      const changes = await Promise.all([
        renameKey(one, admin, { id, title: `Round ${round}`, revision: undefined }),
        one.use.flush(),
        other.use.flush(),
        revokeKey(other, admin, { id, inSeconds: 3600 }),
        renameKey(other, admin, { id, title: `Again ${round}`, revision: undefined }),
      ]);
      expect(changes.every((change) => change === undefined || change.ok)).toBe(true);
    }
    await flushAll();
    expect(await counted()).toEqual(ids.toSorted().map((id) => ({ id, valid: 2 * rounds })));
    expect(failed()).toEqual(began);
    const [changed] = await installation.database.query(
      sql`select min(revision) as least, max(revision) as most, count(*)::int as used
        from api_keys join key_last_uses on key_id = id`,
    );
    expect(changed).toEqual({ least: 1, most: 4, used: KEYS });
  });

  test("leaves out a key that somebody holds, and writes the others without waiting", async () => {
    const { servers, url } = two();
    const [server] = servers;
    const ids = (await some(3)).toSorted();
    const held = ids[1] as KeyId;
    const direct = postgres(url, { max: 1, onnotice: () => {} });
    try {
      await direct.begin(async (tx) => {
        await tx`select from api_keys where id = ${held} for update`;
        useAll(server, ids);
        await server.use.flush();
        expect((await counted()).map(({ id }) => id)).toEqual([ids[0], ids[2]]);
        expect(server.use.statistics().waiting).toBe(1);
      });
    } finally {
      await direct.end();
    }
    await server.use.flush();
    expect((await counted()).map(({ id }) => id)).toEqual(ids);
  });

  test("never brings back a key that is deleted meanwhile, and keeps nothing of it", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    const [one, other] = servers;
    const ids = await some();
    for (const id of ids) await revokeKey(one, admin, { id, inSeconds: 0 });
    const began = failed();
    const deleting = Promise.all(
      [ids.slice(0, KEYS / 2), ids.slice(KEYS / 2)].map(async (half) => {
        for (const id of half) await deleteKey(one, admin, { id });
      }),
    );
    const load = { isOver: false };
    const flushing = Promise.all(
      [one, other].map(async (server) => {
        while (!load.isOver) {
          useAll(server, ids);
          await server.use.flush();
        }
      }),
    );
    await deleting;
    load.isOver = true;
    await flushing;
    await flushAll();
    expect(await counted()).toEqual([]);
    const [rows] = await installation.database.query(
      sql`select (select count(*) from api_keys)::int as keys,
        (select count(*) from key_last_uses)::int as used`,
    );
    expect(rows).toEqual({ keys: 0, used: 0 });
    expect(failed()).toEqual(began);
  });

  test("is forgotten by both at once without either waiting for a deletion", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    const [one, other] = servers;
    const ids = await some(20);
    const old = new Date(Date.UTC(2026, 0, 1));
    for (const id of ids) await revokeKey(one, admin, { id, inSeconds: 0 });
    const counts = { VALID: 1, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
    for (let hour = 0; hour < 20; hour += 1) {
      const at = new Date(old.getTime() + hour * 3_600_000);
      await one.store.addUses(ids.map((keyId) => ({ keyId, hour: at, lastUsedAt: at, counts })));
    }
    const prune = async (server: Services) => {
      while ((await server.store.pruneUses(90, 7)) > 0);
    };
    const deleted = Promise.all(ids.slice(0, 10).map((id) => deleteKey(one, admin, { id })));
    await Promise.all([prune(one), prune(other), deleted]);
    expect((await deleted).every(({ ok }) => ok)).toBe(true);
    await prune(one);
    expect(await counted()).toEqual([]);
  });
});
