import { parseToken, redactTokens } from "@latchkey/core";
import { expect, test } from "vitest";
import { sessions } from "../src/db/schema.ts";
import { call, codeOf, onEachEngine } from "./installation.ts";
import { OTHER, overHttp, PASSWORD, withPassword } from "./over-http.ts";
import { reseal } from "./reseal.ts";

// People and their credentials, as a server over HTTP sees them.

onEachEngine("people and their credentials", (latchkey) => {
  test("a login gives a session that acts as the user until logout", async () => {
    await withPassword(latchkey(), "member", "Max@Example.com ");
    const server = overHttp(latchkey());
    const { sessionToken, client } = await server.login("MAX@example.com");
    expect(parseToken(sessionToken)?.prefix).toBe("lks");
    expect(await client.auth.whoami.query()).toMatchObject({
      kind: "session",
      email: "max@example.com",
      role: "member",
    });
    expect((await client.auth.sessions.query()).items).toMatchObject([
      { via: "http", current: true },
    ]);
    await client.auth.logout.mutate();
    expect(await codeOf(client.auth.whoami.query())).toBe("UNAUTHENTICATED");
    const { items } = await latchkey().clientOf(latchkey().admin).events.list.query();
    expect(items.slice(0, 3).map(({ type }) => type)).toEqual([
      "session.ended",
      "session.started",
      "user.created",
    ]);
  });

  test("a new password ends every other session, and needs the current one", async () => {
    await withPassword(latchkey(), "member", "max@example.com");
    const server = overHttp(latchkey());
    const [here, elsewhere] = [
      await server.login("max@example.com"),
      await server.login("max@example.com"),
    ];
    const change = (current: string, next: string) =>
      here.client.auth.setPassword.mutate({ current, next });
    expect(await codeOf(change(OTHER, OTHER))).toBe("UNAUTHENTICATED");
    expect(await codeOf(change(PASSWORD, "short"))).toBe("INPUT_INVALID");
    await change(PASSWORD, OTHER);
    expect((await here.client.auth.whoami.query()).email).toBe("max@example.com");
    expect(await codeOf(elsewhere.client.auth.whoami.query())).toBe("UNAUTHENTICATED");
    expect(await codeOf(server.login("max@example.com"))).toBe("UNAUTHENTICATED");
    await server.login("max@example.com", OTHER);
  });

  test("a session ends by itself, by its user's hand, and with its user", async () => {
    const { database, clientOf, admin } = latchkey();
    const { id } = await withPassword(latchkey(), "member", "max@example.com");
    const server = overHttp(latchkey());
    const [one, two, three] = [
      await server.login("max@example.com"),
      await server.login("max@example.com"),
      await server.login("max@example.com"),
    ];
    const { items } = await one.client.auth.sessions.query();
    expect(items).toHaveLength(3);
    const other = items.find(({ current }) => !current)?.id as string;
    await one.client.auth.endSession.mutate({ id: other });
    expect(await codeOf(one.client.auth.endSession.mutate({ id: other }))).toBe("NOT_FOUND");
    const alive = async () =>
      (
        await Promise.all([one, two, three].map(({ client }) => codeOf(client.auth.whoami.query())))
      ).filter((code) => code === "no failure").length;
    expect(await alive()).toBe(2);
    const weekAgo = new Date(Date.now() - 7 * 86_400_000);
    await database.db.update(sessions).set({ lastSeenAt: weekAgo });
    expect(await alive()).toBe(0);
    await database.db.update(sessions).set({ lastSeenAt: new Date(), expiresAt: new Date() });
    await reseal(database, latchkey().services.pepper);
    expect(await alive()).toBe(0);
    const again = await server.login("max@example.com");
    await clientOf(admin).users.disable.mutate({ id });
    expect(await codeOf(again.client.keys.list.query())).toBe("UNAUTHENTICATED");
    await clientOf(admin).users.enable.mutate({ id });
    expect(await codeOf(again.client.keys.list.query())).toBe("UNAUTHENTICATED");
  });

  test("a key is a credential as Bearer and as both forms of Basic, in any case", async () => {
    const { clientOf, admin } = latchkey();
    const { key, token } = await clientOf(admin).keys.create.mutate({
      title: "k",
      scopes: ["keys:read"],
    });
    const server = overHttp(latchkey());
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    for (const header of [
      `Bearer ${token}`,
      `bearer ${token}`,
      `BASIC ${token}`,
      `Basic ${base64(`${token}:`)}`,
    ]) {
      expect(await server.as(header).auth.whoami.query()).toMatchObject({
        kind: "key",
        keyId: key.id,
      });
    }
    for (const header of [
      token,
      `Basic ${base64(`${token}:password`)}`,
      `Basic ${base64(`user:${token}`)}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token.slice(0, -1)}`,
      "Bearer ",
      "Negotiate abc",
    ]) {
      expect([redactTokens(header), await codeOf(server.as(header).auth.whoami.query())]).toEqual([
        redactTokens(header),
        "UNAUTHENTICATED",
      ]);
    }
    expect(await codeOf(server.as(`Bearer ${token}`).keys.create.mutate({ title: "x" }))).toBe(
      "FORBIDDEN",
    );
    await clientOf(admin).keys.revoke.mutate({ id: key.id });
    expect(await codeOf(server.as(`Bearer ${token}`).auth.whoami.query())).toBe("UNAUTHENTICATED");
  });

  test("two different credentials in one request are none", async () => {
    const { clientOf, admin } = latchkey();
    const newToken = async () =>
      (await clientOf(admin).keys.create.mutate({ title: "k", scopes: ["keys:read"] })).token;
    const [token, other] = [await newToken(), await newToken()];
    const server = overHttp(latchkey());
    const statusWith = async (headers: readonly [string, string][]) => {
      const request = call("auth.whoami", {});
      for (const [name, value] of headers) request.headers.append(name, value);
      return (await server.send(request)).status;
    };
    const bearer = (presented: string): [string, string] => [
      "authorization",
      `Bearer ${presented}`,
    ];
    expect(await statusWith([bearer(token)])).toBe(200);
    expect(await statusWith([bearer(token), ["x-api-key", token]])).toBe(200);
    expect(await statusWith([bearer(token), ["x-api-key", other]])).toBe(401);
    expect(await statusWith([bearer(token), bearer(other)])).toBe(401);
    // Alone it is for `/verify`, and no way in here.
    expect(await statusWith([["x-api-key", token]])).toBe(401);
  });

  test("the last enabled admin stays one, whoever tries at once", async () => {
    const { clientOf, admin } = latchkey();
    const asAdmin = clientOf(admin);
    const { id: second } = await withPassword(latchkey(), "admin", "second@example.com");
    const server = overHttp(latchkey());
    const { client: asSecond } = await server.login("second@example.com");
    // Both at once: exactly one of them is left.
    const codes = await Promise.all([
      codeOf(asAdmin.users.disable.mutate({ id: second })),
      codeOf(asSecond.users.disable.mutate({ id: admin.userId })),
    ]);
    expect(codes.filter((code) => code === "no failure")).toHaveLength(1);
    const { items } = await latchkey()
      .services.store.listUsers()
      .then((all) => ({ items: all }));
    const left = items.filter(({ role, disabled }) => role === "admin" && !disabled);
    expect(left).toHaveLength(1);
    const operator = left[0] as (typeof left)[number];
    for (const attempt of [
      asAdmin.users.disable.mutate({ id: operator.id }),
      asAdmin.users.setRole.mutate({ id: operator.id, role: "member" }),
    ]) {
      expect(await codeOf(attempt)).toBe("LAST_ADMIN");
    }
  });

  test("users are added once, with a password that holds, and services without one", async () => {
    const asAdmin = latchkey().clientOf(latchkey().admin);
    const add = (input: Parameters<typeof asAdmin.users.add.mutate>[0]) =>
      codeOf(asAdmin.users.add.mutate(input));
    expect(await add({ email: "max@example.com" })).toBe("no failure");
    expect(await add({ email: "MAX@example.com" })).toBe("EMAIL_TAKEN");
    expect(await add({ email: "no email" })).toBe("INPUT_INVALID");
    expect(await add({ email: "a@b.c", password: "short" })).toBe("INPUT_INVALID");
    expect(await add({ email: "a@b.c", password: "x".repeat(257) })).toBe("INPUT_INVALID");
    expect(await add({ email: "a@b.c", role: "service", password: PASSWORD })).toBe(
      "INPUT_INVALID",
    );
    expect(await codeOf(asAdmin.users.disable.mutate({ id: "user_nobody" }))).toBe("NOT_FOUND");
    const { items } = await asAdmin.users.list.query();
    expect(items.map(({ email }) => email)).toEqual(["ada@example.com", "max@example.com"]);
    expect(JSON.stringify(items)).not.toContain("argon2");
  });
});
