import { randomBytes } from "node:crypto";
import type { KeyId } from "@latchkey/core";
import { type SQL, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { NewEvent } from "../src/store/port/log.ts";
import { verifyLog } from "../src/use-cases/log/verify-log.ts";
import { onEachEngine } from "./installation.ts";
import { OTHER, overHttp, PASSWORD } from "./over-http.ts";
import { withWholeLog } from "./whole-log.ts";

// What `audit verify` says of rows that are not as the log says, with or without a seal that holds.

onEachEngine("the proof of the rows", (latchkey) => {
  type Fixture = Awaited<ReturnType<typeof withWholeLog>>;
  const run = async (...statements: SQL[]) => {
    for (const statement of statements) await latchkey().database.query(statement);
  };
  /** How a row that was kept is put back where it may be gone, and where others rest on it. */
  const back = {
    api_keys: sql`insert into api_keys select * from kept`,
    sessions: sql`insert into sessions select * from kept`,
    ssh_keys: sql`insert into ssh_keys select * from kept`,
    users: sql`update users u set role = k.role, disabled = k.disabled, mac = k.mac,
        password_hash = k.password_hash, password_set_at = k.password_set_at, password_mac = k.password_mac
      from kept k where k.id = u.id`,
  };
  const holds = { ok: true, firstBadSeq: null, firstBadRow: null };

  test("all that the program did agrees with what it says that it did", async () => {
    const { users, keys, sshKeys, member, proof, ...ids } = await withWholeLog(latchkey());
    expect(await proof()).toMatchObject(holds);
    const { keyId: id, userId, guestId, fingerprint, theirKeyId } = ids;
    await keys.revoke.mutate({ id, inSeconds: 3600 });
    await keys.revoke.mutate({ id, inSeconds: 60 });
    await keys.cancelRevocation.mutate({ id });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    await member.keys.create.mutate({ title: "Short", scopes: ["*"], expiresAt });
    await member.keys.rotate.mutate({ id: theirKeyId, graceSeconds: 0 });
    await keys.rotate.mutate({ id, graceSeconds: 60 });
    await keys.delete.mutate({ id: theirKeyId });
    expect(await proof()).toMatchObject(holds);
    await member.auth.setPassword.mutate({ current: PASSWORD, next: OTHER });
    await member.auth.whoami.query();
    expect(await proof()).toMatchObject(holds);
    await users.setPassword.mutate({ id: userId, password: PASSWORD });
    await users.setRole.mutate({ id: guestId, role: "admin" });
    await users.setRole.mutate({ id: guestId, role: "service" });
    await users.disable.mutate({ id: guestId });
    await users.enable.mutate({ id: guestId });
    await sshKeys.remove.mutate({ fingerprint });
    const { client } = await overHttp(latchkey()).login("max@example.com");
    await client.auth.logout.mutate();
    await users.disable.mutate({ id: userId });
    expect(await proof()).toMatchObject(holds);
  });

  describe("a row that was put back as it once was is found:", () => {
    type Case = {
      readonly of: keyof typeof back;
      readonly change: (fixture: Fixture) => Promise<unknown>;
    };
    const cases: Readonly<Record<string, Case>> = {
      "a revoked key": {
        of: "api_keys",
        change: ({ keys, keyId }) => keys.revoke.mutate({ id: keyId }),
      },
      "a renamed key": {
        of: "api_keys",
        change: ({ keys, keyId }) => keys.rename.mutate({ id: keyId, title: "New" }),
      },
      "a deleted key": {
        of: "api_keys",
        change: async ({ keys, keyId }) => {
          await keys.revoke.mutate({ id: keyId });
          await keys.delete.mutate({ id: keyId });
        },
      },
      "a disabled user": {
        of: "users",
        change: ({ users, userId }) => users.disable.mutate({ id: userId }),
      },
      "a user of another role": {
        of: "users",
        change: ({ users, userId }) => users.setRole.mutate({ id: userId, role: "admin" }),
      },
      "an older password": {
        of: "users",
        change: ({ users, userId }) => users.setPassword.mutate({ id: userId, password: OTHER }),
      },
      "the password of somebody who was a service since": {
        of: "users",
        change: async ({ users, userId }) => {
          await users.setRole.mutate({ id: userId, role: "service" });
          await users.setRole.mutate({ id: userId, role: "member" });
        },
      },
      "a session that was logged out of": {
        of: "sessions",
        change: ({ member }) => member.auth.logout.mutate(),
      },
      "a session that ended by another's change of the password": {
        of: "sessions",
        change: ({ users, userId }) => users.setPassword.mutate({ id: userId, password: OTHER }),
      },
      "a session that ended by its user's change of the password": {
        of: "sessions",
        change: async () => {
          const { client } = await overHttp(latchkey()).login("max@example.com");
          await client.auth.setPassword.mutate({ current: PASSWORD, next: OTHER });
        },
      },
      "a session of somebody who was disabled since": {
        of: "sessions",
        change: async ({ users, userId }) => {
          await users.disable.mutate({ id: userId });
          await users.enable.mutate({ id: userId });
        },
      },
      "a removed SSH key": {
        of: "ssh_keys",
        change: ({ sshKeys, fingerprint }) => sshKeys.remove.mutate({ fingerprint }),
      },
      "an SSH key that was added again": {
        of: "ssh_keys",
        change: async ({ sshKeys, fingerprint, publicKey, userId }) => {
          await sshKeys.remove.mutate({ fingerprint });
          await sshKeys.add.mutate({ publicKey, userId, label: "again" });
        },
      },
    };
    test.each(Object.entries(cases))("%s", async (_, { of, change }) => {
      const fixture = await withWholeLog(latchkey());
      const table = sql.identifier(of);
      const [id, row] = {
        api_keys: [sql`id = ${fixture.keyId}`, { kind: "key", id: fixture.keyId }],
        users: [sql`id = ${fixture.userId}`, { kind: "user", id: fixture.userId }],
        sessions: [sql`user_id = ${fixture.userId}`, { kind: "session", id: fixture.sessionId }],
        ssh_keys: [sql`true`, { kind: "sshKey", id: fixture.fingerprint }],
      }[of] as [SQL, object];
      await run(
        sql`drop table if exists kept`,
        sql`create table kept as select * from ${table} where ${id}`,
      );
      await change(fixture);
      // Users stay, since others rest on them.
      if (of !== "users") await run(sql`delete from ${table} where ${id}`);
      await run(back[of], sql`drop table kept`);
      expect(await fixture.proof()).toMatchObject({
        ok: false,
        firstBadSeq: null,
        firstBadRow: row,
      });
    });
  });

  const key = ({ keyId: id }: Fixture) => ({ kind: "key", id });
  const user = ({ userId: id }: Fixture) => ({ kind: "user", id });
  const sshKey = ({ fingerprint: id }: Fixture) => ({ kind: "sshKey", id });
  type Tampering = readonly [(fixture: Fixture) => SQL, (fixture: Fixture) => object];
  const keyWith = (change: SQL): Tampering => [
    ({ keyId }) => sql`update api_keys set ${change} where id = ${keyId}`,
    key,
  ];
  const tamperings: Readonly<Record<string, Tampering>> = {
    "a key that was taken away": [
      ({ keyId }) => sql`delete from api_keys where id = ${keyId}`,
      key,
    ],
    "a key that was put in": [
      () => sql`insert into api_keys (id, owner_id, title, redacted, title_fold, search_text, scopes, digest,
          pepper_id, created_at, created_by, updated_at, revision, mac)
        select 'key_00000000000000000000000000', owner_id, title, redacted, title_fold, search_text, scopes,
          sha256(digest), pepper_id, created_at, created_by, updated_at, revision, mac from api_keys limit 1`,
      () => ({ kind: "key", id: "key_00000000000000000000000000" }),
    ],
    "a key by another's hand": keyWith(sql`created_by = 'user_00000000000000000000000000'`),
    "a key of another key's": keyWith(sql`created_by_key_id = 'key_00000000000000000000000000'`),
    "a key that follows another": keyWith(sql`rotated_from = 'key_00000000000000000000000000'`),
    "a key that was changed more often": keyWith(sql`revision = revision + 1`),
    "a key that is older": keyWith(sql`created_at = created_at - interval '1 day'`),
    "a key that was changed at no time": keyWith(sql`updated_at = 'infinity'`),
    "a key that looks like another": keyWith(sql`redacted = 'sk_0000…0000'`),
    "a key with other scopes": keyWith(sql`scopes = '{*}'`),
    "a key without a seal": keyWith(sql`mac = null`),
    "a user who was put in": [
      () => sql`insert into users (id, email, name, role, created_at)
        values ('user_00000000000000000000000000', 'eve@example.com', 'Eve', 'admin', now())`,
      () => ({ kind: "user", id: "user_00000000000000000000000000" }),
    ],
    "a user who was taken away": [
      ({ guestId }) => sql`delete from users where id = ${guestId}`,
      ({ guestId: id }) => ({ kind: "user", id }),
    ],
    "a user with another email": [
      ({ userId }) => sql`update users set email = 'eve@example.com' where id = ${userId}`,
      user,
    ],
    "a user with a planted password": [
      ({ userId }) => sql`update users set password_hash = 'planted' where id = ${userId}`,
      user,
    ],
    "an SSH key that was taken away": [() => sql`delete from ssh_keys`, sshKey],
    "an SSH key that was given to another": [
      ({ guestId }) => sql`update ssh_keys set user_id = ${guestId}`,
      sshKey,
    ],
    "a session that was given to another": [
      ({ guestId }) => sql`update sessions set user_id = ${guestId}`,
      ({ sessionId: id }) => ({ kind: "session", id }),
    ],
  };
  test.each(Object.entries(tamperings))("%s is found", async (_, [tamper, bad]) => {
    const fixture = await withWholeLog(latchkey());
    await run(tamper(fixture));
    expect(await fixture.proof()).toMatchObject({
      ok: false,
      firstBadSeq: null,
      firstBadRow: bad(fixture),
    });
  });

  test("a log that was cut off behind its rows, head and all, is found by them", async () => {
    const fixture = await withWholeLog(latchkey());
    await run(
      sql`delete from events where seq > 6`,
      sql`update event_head set (seq, mac, at) = (select seq, mac, at from events where seq = 6)`,
    );
    expect(await fixture.proof()).toMatchObject({ ok: false, firstBadRow: { kind: "key" } });
  });

  test("how far it is can be asked while it runs, and not after", async () => {
    const { operator, proof } = await withWholeLog(latchkey());
    const { services, clientOf } = latchkey();
    const ask = () => clientOf(operator).events.proofProgress.query();
    let seen: Awaited<ReturnType<typeof ask>> = null;
    const store: typeof services.store = {
      ...services.store,
      inSnapshot: (work) =>
        services.store.inSnapshot(async (snapshot) => {
          const keyEvents = () => {
            seen = services.tally.logProof && { ...services.tally.logProof };
            return snapshot.keyEvents();
          };
          return work({ ...snapshot, keyEvents });
        }),
    };
    const { head } = await verifyLog({ ...services, store }, {});
    // The chain, and what is about people; not yet what is about keys.
    expect(seen).toEqual({ done: head.seq + 5, total: 2 * head.seq });
    expect(await ask()).toBeNull();
    expect(await proof()).toMatchObject(holds);
  });

  test("of a log that does not hold, nothing is said of rows", async () => {
    const fixture = await withWholeLog(latchkey());
    await run(
      sql`update events set via = 'ssh' where seq = 2`,
      sql`update api_keys set mac = null`,
    );
    expect(await fixture.proof()).toMatchObject({ ok: false, firstBadSeq: 2, firstBadRow: null });
  });

  test("a page of rows after another is looked at", async () => {
    const fixture = await withWholeLog(latchkey());
    const made = Array.from({ length: 1030 }, (_, at) => keyIdOf(at));
    const { userId } = fixture;
    // In several: one change has a time in which it must be done.
    const add = (ids: readonly KeyId[]) =>
      latchkey().services.store.change(async (tx) => {
        const head = await tx.lockHead();
        const now = await tx.instant(head);
        const events: NewEvent[] = [];
        for (const id of ids) {
          const data = {
            ownerId: userId,
            title: id,
            redacted: "sk_0000…0000",
            scopes: ["*"],
            expiresAt: null,
            rotatedFrom: null,
          };
          const born = { createdAt: now, createdBy: userId, createdByKeyId: null, updatedAt: now };
          await tx.insertKey(
            { ...data, ...born, id, revision: 1, revocation: null },
            randomBytes(32),
          );
          events.push({ type: "key.created", keyId: id, userId: null, ownerId: userId, data });
        }
        const actor = {
          kind: "operator",
          userId,
          keyId: null,
          via: "local",
          address: null,
        } as const;
        await tx.append(head, now, actor, events);
      });
    for (let at = 0; at < made.length; at += 100) await add(made.slice(at, at + 100));
    expect(await fixture.proof()).toMatchObject(holds);
    const last = made.at(-1) as string;
    await run(sql`update api_keys set redacted = 'sk_1111…1111' where id = ${last}`);
    expect(await fixture.proof()).toMatchObject({ firstBadRow: { kind: "key", id: last } });
  });
});

function keyIdOf(at: number): KeyId {
  return `key_${String(at).padStart(26, "0")}`;
}
