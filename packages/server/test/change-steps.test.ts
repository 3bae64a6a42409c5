import type { Key, User } from "@latchkey/core";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterEach, describe, expect, test } from "vitest";
import { createKey } from "../src/use-cases/keys/create-key.ts";
import { renameKey } from "../src/use-cases/keys/rename-key.ts";
import { rotateKey } from "../src/use-cases/keys/rotate-key.ts";
import { revokeKey } from "../src/use-cases/keys/revoke-key.ts";
import { asKey, codeOf, onEachEngine } from "./installation.ts";
import { withTwoServers } from "./two-servers.ts";
import { until } from "@latchkey/testing/until";

onEachEngine("a change whose event can't be written", (latchkey) => {
  test("does not happen, in whatever step it fails", async () => {
    const { clientOf, admin, database, defects } = latchkey();
    const { keys } = clientOf(admin);
    const { key, token } = await keys.create.mutate({ title: "Deploy" });
    const { id } = key;
    const faults = [
      [
        sql`alter table events add constraint broken check (seq < 2)`,
        sql`alter table events drop constraint broken`,
      ],
      [
        sql`alter table event_head add constraint broken check (seq < 2)`,
        sql`alter table event_head drop constraint broken`,
      ],
      [
        sql`alter table events rename to events_away`,
        sql`alter table events_away rename to events`,
      ],
    ] as const;
    for (const [breakIt, mendIt] of faults) {
      await database.query(breakIt);
      const changes = [
        () => keys.create.mutate({ title: "New" }),
        () => keys.rename.mutate({ id, title: "New" }),
        () => keys.revoke.mutate({ id }),
        () => keys.rotate.mutate({ id }),
      ];
      for (const change of changes) expect(await codeOf(change())).toBe("INTERNAL");
      expect(defects.splice(0).length).toBe(changes.length);
      await database.query(mendIt);
      expect(await keys.get.query({ id })).toEqual(key);
      expect(await keys.list.query()).toMatchObject({ total: 1 });
      expect(await keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });
      expect(await clientOf(admin).events.verify.query()).toMatchObject({
        firstBadSeq: null,
        head: { seq: 1 },
      });
    }
    expect(await keys.rename.mutate({ id, title: "New" })).toMatchObject({ revision: 2 });
  });
});

describe("a change that has to wait (PostgreSQL)", () => {
  const two = withTwoServers();
  const raw: postgres.Sql[] = [];
  const connect = () => {
    const connection = postgres(two().url, { max: 1, onnotice: () => {} });
    raw.push(connection);
    return connection;
  };
  afterEach(async () => {
    for (const connection of raw.splice(0)) await connection.end({ timeout: 1 });
  });
  const newKey = async () => {
    const { servers, installation } = two();
    const made = await createKey(servers[0], installation.admin, {
      title: "Deploy",
      scopes: undefined,
      expiresAt: undefined,
    });
    if (!made.ok) throw new Error(made.error.code);
    return made.value.key.view.key;
  };
  /** Waits until one connection of the program, or so many, wait for a lock. */
  const someoneWaits = (connection: postgres.Sql, many = 1) =>
    until(async () => {
      const waiting = await connection`
        select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return waiting.length >= many;
    });

  test.each([
    ["the key", "select 1 from api_keys for update"],
    ["the head of the log", "select 1 from event_head for update"],
  ])("for %s happens after what it waited for", async (_, lock) => {
    const { servers, installation } = two();
    const { id } = await newKey();
    const [holder, watcher] = [connect(), connect()];
    let released = new Date(0);
    let renaming: ReturnType<typeof renameKey> | undefined;
    await holder.begin(async (tx) => {
      await tx.unsafe(lock);
      renaming = renameKey(servers[1], installation.admin, {
        id,
        title: "New",
        revision: undefined,
      });
      await someoneWaits(watcher);
      const [row] = await tx`select clock_timestamp() as now`;
      released = (row as unknown as { now: Date }).now;
    });
    const renamed = await renaming;
    if (renamed?.ok !== true) throw new Error("the rename failed");
    expect(renamed.value.view.key.updatedAt.getTime()).toBeGreaterThanOrEqual(released.getTime());
    const [event] = await servers[0].store.listEvents({
      visibleTo: null,
      keyId: id,
      actorId: undefined,
      type: "key.renamed",
      before: undefined,
      limit: 1,
    });
    expect(event?.at).toEqual(renamed.value.view.key.updatedAt);
  });

  test("that was a rotation tells what it led to", async () => {
    const { servers, installation } = two();
    const { id } = await newKey();
    const [holder, watcher] = [connect(), connect()];
    const input = { id, title: "New", revision: undefined };
    let rotating: ReturnType<typeof rotateKey> | undefined;
    let renaming: ReturnType<typeof renameKey> | undefined;
    await holder.begin(async (tx) => {
      // The rotation holds the key and waits here, the rename waits for the key.
      await tx`select 1 from event_head for update`;
      rotating = rotateKey(servers[0], installation.admin, { id, graceSeconds: 60 });
      await someoneWaits(watcher);
      renaming = renameKey(servers[1], installation.admin, input);
      await someoneWaits(watcher, 2);
    });
    const [rotated, renamed] = [await rotating, await renaming];
    if (rotated?.ok !== true || renamed?.ok !== true) throw new Error("a change failed");
    const { view } = rotated.value.previous;
    expect(view.rotatedTo).toBe(rotated.value.key.view.key.id);
    expect(renamed.value.view.rotatedTo).toBe(view.rotatedTo);
    expect(renamed.value.view.key.revision).toBe(view.key.revision + 1);
    expect(await servers[0].store.readKey(id)).toEqual(renamed.value.view);
  });

  test("an instant is never before the log's last one, though the clock went back", async () => {
    const { servers, installation } = two();
    const ahead = new Date(Date.now() + 60_000);
    await installation.database.query(
      sql`update event_head set at = ${ahead.toISOString()}::timestamptz`,
    );
    expect((await newKey()).createdAt).toEqual(ahead);
    expect((await servers[0].store.readHead()).at).toEqual(ahead);
  });

  test("a key that is revoked while its own change waits makes no change", async () => {
    const { servers, installation } = two();
    const [own, target] = [await newKey(), await newKey()];
    const watcher = connect();
    let late: ReturnType<typeof renameKey> | undefined;
    await servers[0].store.change(async (tx) => {
      const key = (await tx.lockKeys([own.id])).get(own.id)?.key as Key;
      const caller = asKey(installation.admin, own);
      late = renameKey(servers[1], caller, { id: target.id, title: "Late", revision: undefined });
      await someoneWaits(watcher);
      await tx.updateKey({ ...key, revocation: { at: key.createdAt, by: key.ownerId } });
    });
    expect(await late).toEqual({ ok: false, error: { code: "UNAUTHENTICATED" } });
    expect(await servers[0].store.readKey(target.id)).toMatchObject({ key: { title: "Deploy" } });
  });

  test("a key that is disabled with its owner while its change waits makes no change", async () => {
    const { servers, installation } = two();
    const own = await newKey();
    const watcher = connect();
    const { userId } = installation.admin;
    let late: ReturnType<typeof revokeKey> | undefined;
    await servers[0].store.change(async (tx) => {
      const user = (await tx.lockUsersAndAdmins([userId])).get(userId) as User;
      await tx.updateUser({ ...user, disabled: true });
      late = revokeKey(servers[1], asKey(installation.admin, own), { id: own.id, inSeconds: 0 });
      await someoneWaits(watcher);
    });
    expect(await late).toEqual({ ok: false, error: { code: "UNAUTHENTICATED" } });
  });

  test("for a client that vanished gives up within seconds, as an outage and not a verdict", async () => {
    const { installation } = two();
    const { key, token } = await installation
      .clientOf(installation.admin)
      .keys.create.mutate({ title: "Deploy" });
    const holder = connect();
    const reserved = await holder.reserve();
    await reserved`begin`;
    await reserved`select 1 from event_head for update`;
    const began = performance.now();
    const { status, body } = await installation.post(installation.admin, "keys.revoke", {
      id: key.id,
    });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect({ status, body: JSON.parse(body) }).toMatchObject({
      status: 503,
      body: { error: { data: { reason: "UNAVAILABLE", why: "busy" } } },
    });
    const verified = await installation.clientOf(installation.admin).keys.verify.mutate({ token });
    expect(verified.outcome).toBe("VALID");
    await reserved`rollback`;
    reserved.release();
  });

  test("a transaction of ours that goes silent is ended by the database", async () => {
    const { servers } = two();
    const ended = servers[0].store.change(async (tx) => {
      await tx.lockHead();
      const watcher = connect();
      await until(async () => {
        const [head] = await watcher`select 1 as free from event_head for update skip locked`;
        return head !== undefined;
      });
      // As a process that hangs would: no statement more, no end.
      return new Promise(() => {});
    });
    await expect(ended).rejects.toMatchObject({ name: "Outage", why: "unreachable" });
    expect((await newKey()).revision).toBe(1);
  });
});
