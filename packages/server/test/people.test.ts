import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { asKey, codeOf, onEachEngine, type Person, signIn } from "./installation.ts";

onEachEngine("people", (latchkey) => {
  const keysOf = (person: Person) => latchkey().clientOf(person).keys;
  const createAs = async (person: Person, title = "Theirs") =>
    keysOf(person).create.mutate({ title });

  test("a member lists only their own keys, whatever owner they ask for", async () => {
    const { addPerson, admin } = latchkey();
    const member = await addPerson("member", "Mia");
    await createAs(admin);
    const { key } = await createAs(member);
    for (const owner of ["me", "all", member.userId] as const) {
      const page = await keysOf(member).list.query({ owner });
      expect(page).toMatchObject({ total: 1, items: [{ id: key.id }] });
    }
    const others = await keysOf(member).list.query({ owner: admin.userId });
    expect(others).toEqual({ items: [], nextCursor: null, total: 0, totalIsCapped: false });
  });

  test("an admin acts on another's key, and the log says who did it", async () => {
    const { addPerson, admin, clientOf } = latchkey();
    const member = await addPerson("member", "Mia");
    const { key } = await createAs(member);
    const revoked = await keysOf(admin).revoke.mutate({ id: key.id });
    expect(revoked).toMatchObject({ ownerId: member.userId, revokedBy: admin.userId });
    const { items } = await clientOf(member).events.list.query({ keyId: key.id });
    expect(items[0]).toMatchObject({
      type: "key.revoked",
      actor: { kind: "operator", userId: admin.userId, via: "http", address: "192.0.2.7" },
    });
  });

  test("a key that an admin rotates for a member stays the member's", async () => {
    const { addPerson, admin } = latchkey();
    const member = await addPerson("member", "Mia");
    const { key } = await createAs(member);
    const rotated = await keysOf(admin).rotate.mutate({ id: key.id });
    expect(rotated.key).toMatchObject({ ownerId: member.userId, createdBy: admin.userId });
  });

  test("a member reads the log of their own keys alone, also after they are gone", async () => {
    const { addPerson, admin, clientOf } = latchkey();
    const member = await addPerson("member", "Mia");
    const other = await createAs(admin);
    const { key } = await createAs(member);
    await keysOf(member).revoke.mutate({ id: key.id });
    await keysOf(member).delete.mutate({ id: key.id });
    const page = await clientOf(member).events.list.query();
    expect(page.items.map(({ type }) => type)).toEqual([
      "key.deleted",
      "key.revoked",
      "key.created",
    ]);
    const hidden = await clientOf(member).events.list.query({ keyId: other.key.id });
    expect(hidden.items).toEqual([]);
    expect(await codeOf(clientOf(member).events.head.query())).toBe("FORBIDDEN");
    expect(await codeOf(clientOf(member).events.verify.query())).toBe("FORBIDDEN");
  });

  describe("whoami", () => {
    test("tells a person's role, and that nothing is out of their scope", async () => {
      const { admin, clientOf } = latchkey();
      expect(await clientOf(admin).auth.whoami.query()).toEqual({
        kind: "operator",
        userId: admin.userId,
        email: "ada@example.com",
        name: "Ada",
        role: "admin",
        keyId: null,
        scopes: ["*"],
      });
    });

    test("tells a key's owner, id and scopes", async () => {
      const { admin, clientOf } = latchkey();
      const { key } = await keysOf(admin).create.mutate({ title: "Bot", scopes: ["keys:read"] });
      expect(await clientOf(asKey(admin, key)).auth.whoami.query()).toMatchObject({
        kind: "key",
        userId: admin.userId,
        keyId: key.id,
        scopes: ["keys:read"],
      });
    });

    test("without a credential nothing is told, and nothing can be done", async () => {
      const { clientOf } = latchkey();
      const nobody = clientOf(null);
      expect(await codeOf(nobody.auth.whoami.query())).toBe("UNAUTHENTICATED");
      expect(await codeOf(nobody.keys.list.query())).toBe("UNAUTHENTICATED");
      expect(await codeOf(nobody.keys.create.mutate({ title: "No" }))).toBe("UNAUTHENTICATED");
      expect(await codeOf(nobody.events.list.query())).toBe("UNAUTHENTICATED");
    });
  });

  describe("sessions", () => {
    const createIn = async (session: Awaited<ReturnType<typeof signIn>>) =>
      latchkey().clientOf(session).keys.create.mutate({ title: "By session" });

    test("a change in a session is logged as the session's", async () => {
      const { addPerson, clientOf } = latchkey();
      const member = await addPerson("member", "Mia");
      await createIn(await signIn(latchkey(), member));
      const { items } = await clientOf(member).events.list.query();
      expect(items[0]?.actor).toMatchObject({ kind: "session", userId: member.userId });
    });

    test("no change is made in a session that has ended, nor by a person who is disabled", async () => {
      const { addPerson, database, rewrite } = latchkey();
      const member = await addPerson("member", "Mia");
      const session = await signIn(latchkey(), member);

      await rewrite(sql`update users set disabled = true where id = ${member.userId}`);
      expect(await codeOf(createIn(session))).toBe("UNAUTHENTICATED");
      await rewrite(sql`update users set disabled = false`);
      await createIn(session);
      await rewrite(sql`update sessions set expires_at = clock_timestamp()`);
      expect(await codeOf(createIn(session))).toBe("UNAUTHENTICATED");
      await database.query(sql`delete from sessions`);
      expect(await codeOf(createIn(session))).toBe("UNAUTHENTICATED");
    });

    test("a change by a person who lost the admin role in between is judged by the new role", async () => {
      const { addPerson, admin, rewrite, clientOf } = latchkey();

      const former = await addPerson("admin", "Fay");
      const session = await signIn(latchkey(), former);
      const { key } = await createAs(admin);
      await rewrite(sql`update users set role = 'member' where id = ${former.userId}`);
      const late = clientOf(session).keys.revoke.mutate({ id: key.id });
      expect(await codeOf(late)).toBe("NOT_FOUND");
    });
  });
});
