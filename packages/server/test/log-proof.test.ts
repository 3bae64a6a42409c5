import { createSecretKey } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { LogHead } from "@latchkey/client";
import { verifyLog } from "../src/use-cases/log/verify-log.ts";
import { onEachEngine } from "./installation.ts";

onEachEngine("the proof of the log", (latchkey) => {
  const events = () => latchkey().clientOf(latchkey().admin).events;
  /** Six events, of two keys. */
  const someHistory = async () => {
    const { keys } = latchkey().clientOf(latchkey().admin);
    const { key } = await keys.create.mutate({ title: "Deploy" });
    await keys.rename.mutate({ id: key.id, title: "Ship" });
    await keys.rotate.mutate({ id: key.id });
    await keys.rename.mutate({ id: key.id, title: "Old" });
    await keys.delete.mutate({ id: key.id });
  };
  const tamper = async (...statements: SQL[]) => {
    for (const statement of statements) await latchkey().database.query(statement);
  };
  const proof = (from?: LogHead) => events().verify.query(from === undefined ? {} : { from });
  // The people of these tests are not in the log; what it says of rows is tested in row-proof.test.ts.
  const intact = { firstBadSeq: null };

  test("an untouched log holds, also an empty one", async () => {
    expect(await proof()).toMatchObject({ ...intact, head: { seq: 0, mac: "0".repeat(64) } });
    await someHistory();
    const head = await events().head.query();
    expect(head.seq).toBe(6);
    expect(await proof()).toMatchObject({ ...intact, head });
    expect(await proof(head)).toMatchObject({ ...intact, head });
  });

  describe("a row that was changed is the first bad one", () => {
    const changes: Record<string, SQL> = {
      at: sql`at = at + interval '1 millisecond'`,
      "at, to infinity": sql`at = 'infinity'`,
      "at, to before Christ": sql`at = '0044-03-15 12:00:00+00 BC'`,
      "at, to a year of five digits": sql`at = '12026-11-02 12:00:00+00'`,
      type: sql`type = 'key.renamed '`,
      actor_kind: sql`actor_kind = 'session'`,
      actor_user_id: sql`actor_user_id = 'user_01m85ekpraf9ev264edav9zf6q'`,
      "actor_user_id, to nobody": sql`actor_user_id = null`,
      actor_key_id: sql`actor_key_id = key_id`,
      via: sql`via = 'ssh'`,
      address: sql`address = '192.0.2.8'`,
      key_id: sql`key_id = null`,
      user_id: sql`user_id = 'user_01m85ekpraf9ev264edav9zf6q'`,
      owner_id: sql`owner_id = null`,
      data: sql`data = jsonb_set(data, '{to}', '"Shop"')`,
      "data, with more": sql`data = data || '{"more": null}'`,
      "data, to nothing": sql`data = 'null'`,
      mac: sql`mac = decode(repeat('ab', 32), 'hex')`,
      "mac, cut short": sql`mac = decode('ab', 'hex')`,
    };
    test.each(Object.entries(changes))("%s", async (_, change) => {
      await someHistory();
      await tamper(sql`update events set ${change} where seq = 2`);
      expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 2 });
    });

    test("at the beginning, and at the end", async () => {
      await someHistory();
      await tamper(sql`update events set via = 'ssh' where seq = 6`);
      expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 6 });
      await tamper(sql`update events set via = 'ssh' where seq = 1`);
      expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 1 });
    });
  });

  test("a row that was removed is missed at its place", async () => {
    await someHistory();
    await tamper(sql`delete from events where seq = 3`);
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 3 });
  });

  test("a removed row is missed also where those after it were moved up", async () => {
    await someHistory();
    await tamper(sql`delete from events where seq = 3`);
    for (const seq of [4, 5, 6])
      await tamper(sql`update events set seq = seq - 1 where seq = ${seq}`);
    await tamper(sql`update event_head set seq = 5`);
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 3 });
  });

  test.each([
    [7, 7],
    [0, 0],
    [-5, -5],
    [900, 7],
  ])("a row put in as number %i is noticed", async (seq, firstBadSeq) => {
    await someHistory();
    await tamper(sql`insert into events select ${seq}, at, type, actor_kind, actor_user_id,
      actor_key_id, via, address, key_id, user_id, owner_id, data, mac from events where seq = 6`);
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq });
  });

  test("two rows that were swapped are noticed at the first of them", async () => {
    await someHistory();
    await tamper(
      sql`update events set seq = 100 where seq = 2`,
      sql`update events set seq = 2 where seq = 4`,
      sql`update events set seq = 4 where seq = 100`,
    );
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 2 });
  });

  test("a head that was changed is noticed", async () => {
    await someHistory();
    for (const [change, firstBadSeq] of [
      [sql`mac = decode(repeat('ab', 32), 'hex')`, 7],
      [sql`at = at + interval '1 hour'`, 7],
      [sql`seq = 9`, 7],
      [sql`seq = 4`, 5],
      [sql`seq = -3`, 1],
    ] as const) {
      await tamper(sql`create table kept as select * from event_head`);
      await tamper(sql`update event_head set ${change}`);
      expect(await proof()).toMatchObject({ ok: false, firstBadSeq });
      await tamper(
        sql`update event_head h set seq = k.seq, mac = k.mac, at = k.at from kept k`,
        sql`drop table kept`,
      );
    }
    expect(await proof()).toMatchObject(intact);
  });

  test("a changed last row is noticed also where the head was rewritten to match", async () => {
    await someHistory();
    await tamper(
      sql`update events set data = '{}', mac = sha256('forged') where seq = 6`,
      sql`update event_head set mac = sha256('forged')`,
    );
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 6 });
  });

  test("a cut-off end, with the head rewritten to match, shows only against a kept head", async () => {
    await someHistory();
    const kept = await events().head.query();
    const older = { seq: 3, mac: await macOf(3) };
    await tamper(
      sql`delete from events where seq > 4`,
      sql`update event_head set (seq, mac, at) = (select seq, mac, at from events where seq = 4)`,
    );
    expect(await proof()).toMatchObject(intact);
    expect(await proof(older)).toMatchObject(intact);
    expect(await proof(kept)).toMatchObject({ ok: false, firstBadSeq: 5 });
    // Grown again to the same length, it is another history.
    const { keys } = latchkey().clientOf(latchkey().admin);
    for (const title of ["a", "b"]) await keys.create.mutate({ title });
    expect(await proof()).toMatchObject(intact);
    expect(await proof(kept)).toMatchObject({ ok: false, firstBadSeq: 6 });
  });

  test("a log that was emptied, head and all, shows only against a kept head", async () => {
    await someHistory();
    const kept = await events().head.query();
    await tamper(
      sql`delete from events`,
      sql`update event_head set seq = 0, mac = decode(repeat('00', 32), 'hex'), at = 'epoch'`,
    );
    expect(await proof()).toMatchObject(intact);
    expect(await proof(kept)).toMatchObject({ ok: false, firstBadSeq: 1 });
  });

  test("a kept head of another log is refused", async () => {
    await someHistory();
    const mac = "ab".repeat(32);
    expect(await proof({ seq: 6, mac })).toMatchObject({ ok: false, firstBadSeq: 6 });
    expect(await proof({ seq: 2, mac })).toMatchObject({ ok: false, firstBadSeq: 2 });
    expect(await proof({ seq: 7, mac })).toMatchObject({ ok: false, firstBadSeq: 7 });
    expect(await proof({ seq: 0, mac })).toMatchObject({ ok: false, firstBadSeq: 0 });
  });

  test("a chain made with another pepper does not hold", async () => {
    await someHistory();
    const { services } = latchkey();
    const other = { ...services, logKey: createSecretKey(Buffer.alloc(32, 1)) };
    const value = await verifyLog(other, { from: undefined });
    expect(value).toMatchObject({ ok: false, firstBadSeq: 1 });
  });

  test("a log of more than one page is walked to its end", async () => {
    await someHistory();
    const { store } = latchkey().services;
    await store.change(async (tx) => {
      const head = await tx.lockHead();
      const at = await tx.instant(head);
      const actor = {
        kind: "system",
        userId: null,
        keyId: null,
        via: "process",
        address: null,
      } as const;
      const about = { keyId: null, userId: null, ownerId: null };
      const event = { type: "database.sealed", data: {}, ...about } as const;
      await tx.append(
        head,
        at,
        actor,
        Array.from({ length: 2100 }, () => event),
      );
    });
    expect(await proof()).toMatchObject({ ...intact, head: { seq: 2106 } });
    await tamper(sql`update events set via = 'ssh' where seq = 2050`);
    expect(await proof()).toMatchObject({ ok: false, firstBadSeq: 2050 });
  });

  async function macOf(seq: number): Promise<string> {
    const [row] = await latchkey().database.query<{ mac: string }>(
      sql`select encode(mac, 'hex') as mac from events where seq = ${seq}`,
    );
    return String(row?.mac);
  }
});
