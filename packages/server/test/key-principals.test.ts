import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { asKey, codeOf, onEachEngine, type Person } from "./installation.ts";

onEachEngine("a key on Latchkey's own API", (latchkey) => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  /** A key of the person's, and a client that acts by it. */
  const keyOf = async (
    person: Person,
    options: { scopes?: string[]; expiresAt?: string; title?: string } = {},
  ) => {
    const { title = "Bot", ...rest } = options;
    const created = await latchkey()
      .clientOf(person)
      .keys.create.mutate({ title, ...rest });
    return { ...created, client: latchkey().clientOf(asKey(person, created.key)) };
  };

  test("acts as its owner, and the log tells which key it was", async () => {
    const { addPerson, clientOf } = latchkey();
    const member = await addPerson("member", "Mia");
    const bot = await keyOf(member);
    const { key } = await bot.client.keys.create.mutate({ title: "Made by a bot" });
    expect(key).toMatchObject({
      ownerId: member.userId,
      createdBy: member.userId,
      createdByKeyId: bot.key.id,
    });
    const { items } = await clientOf(member).events.list.query({ keyId: key.id });
    expect(items[0]?.actor).toMatchObject({
      kind: "key",
      userId: member.userId,
      keyId: bot.key.id,
    });
  });

  test("does only what its scopes allow", async () => {
    const { admin } = latchkey();
    const reader = await keyOf(admin, { scopes: ["keys:read"] });
    const { id } = reader.key;
    expect((await reader.client.keys.list.query()).total).toBe(1);
    const writes = [
      () => reader.client.keys.create.mutate({ title: "No" }),
      () => reader.client.keys.rename.mutate({ id, title: "No" }),
      () => reader.client.keys.revoke.mutate({ id }),
      () => reader.client.keys.cancelRevocation.mutate({ id }),
      () => reader.client.keys.rotate.mutate({ id }),
      () => reader.client.keys.delete.mutate({ id }),
      () => reader.client.keys.verify.mutate({ token: reader.token }),
      () => reader.client.events.list.query(),
      () => reader.client.events.head.query(),
      () => reader.client.events.verify.query(),
    ];
    for (const write of writes) expect(await codeOf(write())).toBe("FORBIDDEN");
    const writer = await keyOf(admin, { scopes: ["keys:write"] });
    expect(await codeOf(writer.client.keys.list.query())).toBe("FORBIDDEN");
    expect(await codeOf(writer.client.keys.get.query({ id }))).toBe("FORBIDDEN");
  });

  test("checks other keys only where its owner is an admin or a machine", async () => {
    const { addPerson, admin } = latchkey();
    const token = "no token";
    const machine = await keyOf(await addPerson("service", "Ci"));
    const member = await keyOf(await addPerson("member", "Mia"));
    const boss = await keyOf(admin);
    expect(await codeOf(member.client.keys.verify.mutate({ token }))).toBe("FORBIDDEN");
    for (const { client } of [machine, boss]) {
      expect(await client.keys.verify.mutate({ token })).toEqual({ outcome: "NOT_FOUND" });
    }
  });

  test("gives no key more scopes than its own", async () => {
    const { admin } = latchkey();
    const scopes = ["keys:*", "orders:read"];
    const { client } = await keyOf(admin, { scopes });
    for (const beyond of [["*"], ["orders:*"], ["*:read"], ["orders:read", "users:read"]]) {
      const refused = client.keys.create.mutate({ title: "Big", scopes: beyond });
      expect(await codeOf(refused)).toBe("FORBIDDEN");
    }
    expect(await codeOf(client.keys.create.mutate({ title: "Default is *" }))).toBe("FORBIDDEN");
    const within = await client.keys.create.mutate({ title: "Small", scopes: ["keys:write"] });
    expect(within.key.scopes).toEqual(["keys:write"]);
    const bigger = await keyOf(admin);
    expect(await codeOf(client.keys.rotate.mutate({ id: bigger.key.id }))).toBe("FORBIDDEN");
  });

  test("lets no key live longer than itself", async () => {
    const { admin, clientOf } = latchkey();
    const { client, key } = await keyOf(admin, { expiresAt: inSeconds(3600) });
    const create = (expiresAt?: string) =>
      client.keys.create.mutate({ title: "Long", ...(expiresAt ? { expiresAt } : {}) });
    expect(await codeOf(create())).toBe("FORBIDDEN");
    expect(await codeOf(create(inSeconds(7200)))).toBe("FORBIDDEN");
    expect((await create(String(key.expiresAt))).key.expiresAt).toBe(key.expiresAt);
    // Its own schedule is an end as well.
    await clientOf(admin).keys.revoke.mutate({ id: key.id, inSeconds: 60 });
    expect(await codeOf(create(String(key.expiresAt)))).toBe("FORBIDDEN");
    await create(inSeconds(30));
    const endless = await keyOf(admin, { title: "Endless" });
    expect(await codeOf(client.keys.rotate.mutate({ id: endless.key.id }))).toBe("FORBIDDEN");
  });

  test("neither cancels nor puts off its own scheduled revocation, but may bring it forward", async () => {
    const { admin } = latchkey();
    const { client, key } = await keyOf(admin);
    const { id } = key;
    await client.keys.revoke.mutate({ id, inSeconds: 3600 });
    expect(await codeOf(client.keys.cancelRevocation.mutate({ id }))).toBe("FORBIDDEN");
    const putOff = client.keys.revoke.mutate({ id, inSeconds: 7200 });
    expect(await codeOf(putOff)).toBe("FORBIDDEN");
    expect(await client.keys.revoke.mutate({ id, inSeconds: 60 })).toMatchObject({ revision: 3 });
    expect(await client.keys.revoke.mutate({ id })).toMatchObject({ status: "revoked" });
  });

  test("doesn't lengthen the life of another key beyond its own", async () => {
    const { admin, clientOf } = latchkey();
    const { client } = await keyOf(admin, { expiresAt: inSeconds(3600) });
    const other = await keyOf(admin);
    const { id } = other.key;
    await clientOf(admin).keys.revoke.mutate({ id, inSeconds: 60 });
    expect(await codeOf(client.keys.cancelRevocation.mutate({ id }))).toBe("FORBIDDEN");
    const beyond = client.keys.revoke.mutate({ id, inSeconds: 7200 });
    expect(await codeOf(beyond)).toBe("FORBIDDEN");
    expect(await client.keys.revoke.mutate({ id, inSeconds: 600 })).toMatchObject({ revision: 3 });
  });

  test("may rotate itself, and the old one then works through its grace alone", async () => {
    const { admin } = latchkey();
    const { client, key } = await keyOf(admin);
    const rotated = await client.keys.rotate.mutate({ id: key.id });
    expect(rotated.previous.status).toBe("revoked");
    expect(await codeOf(client.keys.rename.mutate({ id: key.id, title: "No" }))).toBe(
      "UNAUTHENTICATED",
    );
  });

  test("makes no change once it is revoked, expired or deleted, or its owner disabled", async () => {
    const { admin, clientOf, setInstants } = latchkey();
    const create = (client: ReturnType<typeof clientOf>) =>
      codeOf(client.keys.create.mutate({ title: "Late" }));
    const revoked = await keyOf(admin);
    await clientOf(admin).keys.revoke.mutate({ id: revoked.key.id });
    expect(await create(revoked.client)).toBe("UNAUTHENTICATED");
    await clientOf(admin).keys.delete.mutate({ id: revoked.key.id });
    expect(await create(revoked.client)).toBe("UNAUTHENTICATED");
    const expired = await keyOf(admin);
    await setInstants(expired.key.id, { expiresAt: new Date(Date.now() - 1000) });
    expect(await create(expired.client)).toBe("UNAUTHENTICATED");
    const orphan = await keyOf(admin);
    await latchkey().rewrite(sql`update users set disabled = true`);
    expect(await create(orphan.client)).toBe("UNAUTHENTICATED");
  });

  test("sees and touches nobody else's keys where its owner is a member", async () => {
    const { addPerson, admin } = latchkey();
    const { client } = await keyOf(await addPerson("member", "Mia"));
    const { key } = await keyOf(admin);
    expect(await codeOf(client.keys.get.query({ id: key.id }))).toBe("NOT_FOUND");
    expect(await codeOf(client.keys.revoke.mutate({ id: key.id }))).toBe("NOT_FOUND");
    expect((await client.keys.list.query({ owner: "all" })).total).toBe(1);
  });
});
