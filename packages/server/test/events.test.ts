import { expect, test } from "vitest";
import { codeOf, onEachEngine } from "./installation.ts";

onEachEngine("the log of changes", (latchkey) => {
  const client = () => latchkey().clientOf(latchkey().admin);
  const wholeLife = async () => {
    const { keys } = client();
    const { key } = await keys.create.mutate({ title: "Deploy", scopes: ["a:b"] });
    const { id } = key;
    await keys.rename.mutate({ id, title: "Ship" });
    await keys.revoke.mutate({ id, inSeconds: 3600 });
    await keys.cancelRevocation.mutate({ id });
    const { key: successor } = await keys.rotate.mutate({ id, graceSeconds: 3600 });
    await keys.revoke.mutate({ id });
    await keys.delete.mutate({ id });
    return { key, successor };
  };

  test("every change of a key's life is an event with its facts, newest first", async () => {
    const { admin } = latchkey();
    const { key, successor } = await wholeLife();
    const { items, nextBefore } = await client().events.list.query();
    expect(nextBefore).toBeNull();
    expect(items.map(({ seq, type, keyId }) => [seq, type, keyId])).toEqual([
      [8, "key.deleted", key.id],
      [7, "key.revoked", key.id],
      [6, "key.rotated", key.id],
      [5, "key.created", successor.id],
      [4, "key.revocation_canceled", key.id],
      [3, "key.revocation_scheduled", key.id],
      [2, "key.renamed", key.id],
      [1, "key.created", key.id],
    ]);
    const data = items.map((event) => event.data).reverse();
    expect(data[0]).toEqual({
      title: "Deploy",
      redacted: key.redacted,
      ownerId: admin.userId,
      scopes: ["a:b"],
      expiresAt: null,
      rotatedFrom: null,
    });
    expect(data[1]).toEqual({ from: "Deploy", to: "Ship" });
    expect(data[2]).toMatchObject({ title: "Ship", wasScheduledFor: null });
    const { revokedAt: scheduledFor } = data[2] as { revokedAt: string };
    expect(data[3]).toEqual({ title: "Ship", wasScheduledFor: scheduledFor });
    expect(data[4]).toMatchObject({ title: "Ship", rotatedFrom: key.id });
    expect(data[5]).toMatchObject({ title: "Ship", rotatedTo: successor.id });
    expect(data[6]).toEqual({
      title: "Ship",
      wasScheduledFor: (data[5] as { revokedAt: string }).revokedAt,
    });
    expect(data[7]).toEqual({ title: "Ship", redacted: key.redacted });
    const actor = {
      kind: "operator",
      userId: admin.userId,
      keyId: null,
      via: "http",
      address: "192.0.2.7",
    };
    for (const event of items) expect(event.actor).toEqual(actor);
    expect(await client().events.verify.query()).toMatchObject({ firstBadSeq: null });
  });

  test("a key's revision rises by one with each of its events, and use leaves it alone", async () => {
    const { keys, events } = client();
    const { key, token } = await keys.create.mutate({ title: "Deploy" });
    const { id } = key;
    const changes = [
      () => keys.rename.mutate({ id, title: "Ship" }),
      () => keys.revoke.mutate({ id, inSeconds: 60 }),
      () => keys.cancelRevocation.mutate({ id }),
      async () => (await keys.rotate.mutate({ id, graceSeconds: 60 })).previous,
      () => keys.revoke.mutate({ id }),
      () => keys.rename.mutate({ id, title: "Old" }),
    ];
    for (const [done, change] of changes.entries()) {
      await keys.verify.mutate({ token });
      const { revision } = await change();
      const { items } = await events.list.query({ keyId: id });
      expect({ revision, events: items.length }).toEqual({ revision: done + 2, events: done + 2 });
    }
  });

  test("an event happens at the very instant of its change, and no event before an earlier one", async () => {
    await wholeLife();
    const { items } = await client().events.list.query();
    const instants = items.map(({ at }) => at).reverse();
    expect(instants).toEqual([...instants].sort());
    const [left] = (await client().keys.list.query()).items;
    expect(left?.createdAt).toBe(items.find(({ keyId }) => keyId === left?.id)?.at);
  });

  test("a refused change leaves no event", async () => {
    const { key } = await client().keys.create.mutate({ title: "Deploy" });
    await codeOf(client().keys.delete.mutate({ id: key.id }));
    await codeOf(client().keys.cancelRevocation.mutate({ id: key.id }));
    await codeOf(client().keys.rename.mutate({ id: key.id, title: "" }));
    await codeOf(client().keys.create.mutate({ title: "\u202e" }));
    expect(await client().events.head.query()).toMatchObject({ seq: 1 });
  });

  test("pages walk the log to its beginning, each event once", async () => {
    await wholeLife();
    const seen: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = await client().events.list.query({ limit: 3, ...(before ? { before } : {}) });
      seen.push(...page.items.map(({ seq }) => seq));
      if (page.nextBefore === null) break;
      before = page.nextBefore;
    }
    expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    const exact = await client().events.list.query({ limit: 8 });
    expect(exact).toMatchObject({ nextBefore: null });
  });

  test("filters by key, actor and type narrow it", async () => {
    const { addPerson, admin, clientOf } = latchkey();
    const { key } = await wholeLife();
    const mia = await addPerson("member", "Mia");
    await clientOf(mia).keys.create.mutate({ title: "Mine" });
    const seqs = async (
      filter: Parameters<ReturnType<typeof client>["events"]["list"]["query"]>[0],
    ) => (await client().events.list.query(filter)).items.map(({ seq }) => seq);
    expect(await seqs({ keyId: key.id })).toEqual([8, 7, 6, 4, 3, 2, 1]);
    expect(await seqs({ actorId: mia.userId })).toEqual([9]);
    expect(await seqs({ actorId: admin.userId, type: "key.created" })).toEqual([5, 1]);
    expect(await seqs({ type: "key.created", before: 9 })).toEqual([5, 1]);
    expect(await seqs({ type: "key.unheard_of" })).toEqual([]);
    expect(await seqs({ keyId: "nonsense" })).toEqual([]);
  });
});
