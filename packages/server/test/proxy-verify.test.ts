import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateToken } from "@latchkey/core";
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { apiKeys } from "../src/db/schema.ts";
import { MISSES_PER_WINDOW } from "../src/http/verify/miss-limit.ts";
import { openLink } from "@latchkey/testing/database/database-link";
import { createDatabase, postgresql } from "@latchkey/testing/database/engines";
import { type Installation, onEngine, startServices } from "./installation.ts";
import { listenInTest, type Received, sendRaw } from "./listener.ts";
import { reseal } from "./reseal.ts";
import { until } from "@latchkey/testing/until";

// One engine: what the engines make of a token is tested in verify-key.test.ts.

onEngine(postgresql, (latchkey) => {
  const stranger = () => generateToken("sk", randomBytes).token.reveal();
  const keysOf = ({ clientOf, admin }: Installation) => clientOf(admin).keys;
  const createKey = (scopes?: string[]) =>
    keysOf(latchkey()).create.mutate({
      title: "Shop",
      ...(scopes === undefined ? {} : { scopes }),
    });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
  const bearer = (token: string) => [["Authorization", `Bearer ${token}`]] as const;
  const startListener = () => listenInTest(latchkey().services);
  const identityOf = ({ headers }: Received) => [
    headers["latchkey-key-id"],
    headers["latchkey-owner-id"],
    headers["latchkey-scopes"],
  ];
  const nobody = ["", "", ""];

  test("a good key passes, and its identity stands in the headers, not in a body", async () => {
    const { url } = await startListener();
    const { key, token } = await createKey(["orders:read", "orders:write"]);
    const answer = await sendRaw(url, "/verify?scope=orders:read", { headers: bearer(token) });
    expect(answer).toMatchObject({ status: 200, body: "" });
    expect(identityOf(answer)).toEqual([key.id, key.ownerId, "orders:read orders:write"]);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "content-length": "0" });
    expect(answer.headers).not.toHaveProperty("www-authenticate");
  });

  test("the key is taken from Authorization, in three forms, or from X-Api-Key", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    for (const headers of [
      [["authorization", `bearer  ${token}`]],
      [["Authorization", basic(`${token}:`)]],
      [["Authorization", `BASIC ${token}`]],
      [["X-Api-Key", token]],
      [
        ["X-Api-Key", token],
        ["Authorization", `Bearer ${token}`],
      ],
    ] as const) {
      expect(await sendRaw(url, "/verify", { headers })).toMatchObject({ status: 200 });
    }
  });

  test("two different credentials in one request are none", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    const other = (await createKey()).token;
    for (const headers of [
      [["X-Api-Key", other], ...bearer(token)],
      [["X-Api-Key", "x"], ...bearer(token)],
      [["X-Api-Key", token], ...bearer("x")],
      [
        ["X-Api-Key", token],
        ["Authorization", basic("app:password")],
      ],
      [
        ["X-Api-Key", token],
        ["X-Api-Key", other],
      ],
      [...bearer(token), ...bearer(other)],
      [...bearer("x"), ...bearer(token)],
    ] as const) {
      const answer = await sendRaw(url, "/verify", { headers });
      expect(answer).toMatchObject({ status: 401, headers: invalidToken });
      expect(identityOf(answer)).toEqual(nobody);
    }
  });

  const invalidToken = { "www-authenticate": 'Bearer realm="latchkey", error="invalid_token"' };

  test("everything that does not hold gets one and the same answer, byte for byte", async () => {
    const { url } = await startListener();
    const { setInstants, addPerson, clientOf, admin } = latchkey();
    const revoked = await createKey();
    await keysOf(latchkey()).revoke.mutate({ id: revoked.key.id });
    const deleted = await createKey();
    await keysOf(latchkey()).revoke.mutate({ id: deleted.key.id });
    await keysOf(latchkey()).delete.mutate({ id: deleted.key.id });
    const expired = await createKey();
    await setInstants(expired.key.id, { expiresAt: new Date(Date.now() - 1000) });
    const member = await addPerson("member", "Mia");
    const orphan = await clientOf(member).keys.create.mutate({ title: "Orphan" });
    await clientOf(admin).users.disable.mutate({ id: member.userId });
    const session = generateToken("lks", randomBytes).token.reveal();
    const tokens = [revoked, deleted, expired, orphan].map(({ token }) => token);
    const answers = [];
    for (const token of [...tokens, stranger(), session, "x", "x".repeat(9000)]) {
      const { status, headers, body } = await sendRaw(url, "/verify?scope=a:b", {
        headers: bearer(token),
      });
      answers.push({ status, headers: { ...headers, date: "" }, body });
    }
    expect(answers[0]).toMatchObject({ status: 401, headers: invalidToken });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test("without a credential the challenge names no error", async () => {
    const { url } = await startListener();
    for (const headers of [
      [],
      [["Authorization", ""]],
      [["X-Api-Key", ""]],
      [["Authorization", "Bearer"]],
      [["Authorization", 'Digest username="x"']],
    ] as const) {
      const answer = await sendRaw(url, "/verify", { headers });
      expect(answer).toMatchObject({
        status: 401,
        headers: { "www-authenticate": 'Bearer realm="latchkey"', "cache-control": "no-store" },
      });
      expect(identityOf(answer)).toEqual(nobody);
    }
  });

  test("a token in the URL is not read", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    for (const target of [`/verify?scope=a:b&path=${token}`, `/verify/${token}?token=${token}`]) {
      expect(await sendRaw(url, target)).toMatchObject({ status: 401 });
    }
  });

  test("a parameter that there is not is the proxy's mistake, and named; but not what callers wrote", async () => {
    const { url } = await startListener();
    const { token } = await createKey(["orders:read"]);
    const ask = (target: string) => sendRaw(url, target, { headers: bearer(token) });
    const wrong = ["scopes", "Scope", "scope[]", "requiredScope", "access_token", "SCOPE"];
    for (const name of wrong) {
      for (const query of [
        `${name}=orders:write`,
        name,
        `scope=orders:read&${name}=orders:write`,
        `${name}=orders:write&path=/orders/1?page=2`,
      ]) {
        const answer = await ask(`/verify?${query}`);
        expect([query, answer.status]).toEqual([query, 400]);
        expect(answer.body).toContain(`no parameter ${name}.`);
        expect(identityOf(answer)).toEqual(nobody);
      }
    }
    const secret = await ask(`/verify?${token}`);
    expect(secret.status).toBe(400);
    expect(secret.body).not.toContain(token.slice(3, 9));
    // As Envoy appends what its caller asks for.
    for (const target of [
      "/verify/orders/1?page=2&scopes=x",
      "/verify/?page=2",
      "/verify?scope=orders:read&path=/orders/1?page=2&scopes=x",
      "/verify?path=/orders/1?page=2&scopes=x",
    ]) {
      expect([target, (await ask(target)).status]).toEqual([target, 200]);
    }
    // What a caller asks for on top can only need more.
    expect((await ask("/verify?path=/orders?x=1&scope=orders:write")).status).toBe(403);
  });

  test("a person's session does not pass", async () => {
    const { url } = await startListener();
    const { clientOf, admin } = latchkey();
    const login = { email: "pat@example.com", password: "correct horse battery" };
    await clientOf(admin).users.add.mutate({ ...login, role: "admin" });
    const { sessionToken } = await clientOf(null).auth.login.mutate(login);
    for (const headers of [bearer(sessionToken), [["X-Api-Key", sessionToken]] as const]) {
      expect(await sendRaw(url, "/verify", { headers })).toMatchObject({ status: 401 });
    }
  });

  test("a key without a scope that is needed is told which", async () => {
    const { url } = await startListener();
    const { token } = await createKey(["orders:read"]);
    const target = "/verify?scope=orders:read&scope=orders%3Awrite";
    const answer = await sendRaw(url, target, { headers: bearer(token) });
    expect(answer).toMatchObject({
      status: 403,
      headers: {
        "www-authenticate":
          'Bearer realm="latchkey", error="insufficient_scope", scope="orders:read orders:write"',
      },
    });
    expect(identityOf(answer)).toEqual(nobody);
    const within = await sendRaw(url, "/verify?scope=orders:read", { headers: bearer(token) });
    expect(within.status).toBe(200);
  });

  test("what is no scope is the proxy's mistake, never a verdict", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    for (const query of [
      "scope=",
      "scope",
      "scope=orders",
      "scope=*",
      "scope=a:b+c:d",
      "scope=A:b",
    ]) {
      const answer = await sendRaw(url, `/verify?${query}`, { headers: bearer(token) });
      expect(answer.status).toBe(400);
      expect(identityOf(answer)).toEqual(nobody);
    }
    const many = Array.from({ length: 65 }, (_, i) => `scope=a:${i}`).join("&");
    expect(await sendRaw(url, `/verify?${many}`, { headers: bearer(token) })).toMatchObject({
      status: 400,
    });
  });

  test("any method and any path below is answered, with a body or without", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    const headers = bearer(token);
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]) {
      for (const target of ["/verify", "/verify/", "/verify/orders/1?a=b", "/verify?scope=a:b"]) {
        const body = method === "POST" || method === "PUT" ? "x".repeat(100_000) : undefined;
        const sent = { method, headers, ...(body === undefined ? {} : { body }) };
        expect(await sendRaw(url, target, sent)).toMatchObject({ status: 200, body: "" });
      }
    }
  });

  test("no path that a caller may append leads to another route", async () => {
    const { url } = await startListener();
    for (const path of ["/../healthz", "/%2e%2e/healthz", "/..%2fhealthz", "/a/../../readyz"]) {
      expect(await sendRaw(url, `/verify${path}`)).toMatchObject({ status: 401 });
    }
    expect(await sendRaw(url, "/healthz")).toMatchObject({ status: 200 });
    for (const path of ["/verifyx", "/verify%2f", "//verify", "/Verify"]) {
      expect((await sendRaw(url, path)).status).toBe(404);
    }
  });

  test("any Host and Origin will do, since proxies forward the caller's", async () => {
    const { url } = await startListener();
    const { token } = await createKey();
    for (const host of ["shop.example.com", "shop.example.com:8443", "not a host"]) {
      const headers = [
        ["Host", host],
        ["Origin", "https://evil.example"],
        ...bearer(token),
      ] as const;
      expect(await sendRaw(url, "/verify", { headers })).toMatchObject({ status: 200 });
    }
    const elsewhere = await sendRaw(url, "/trpc/auth.whoami", {
      method: "POST",
      headers: [["Host", "shop.example.com"]],
    });
    expect(elsewhere.status).toBe(421);
  });

  test("a storage that can't be asked is no verdict", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    const database = await createDatabase({ migrated: true });
    const origin = await openLink(database.url);
    const open = await openPostgres(origin.url, 2);
    onTestFinished(async () => {
      await open.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    });
    const { url } = await listenInTest(await startServices(open, folder));
    expect(await sendRaw(url, "/verify", { headers: bearer(stranger()) })).toMatchObject({
      status: 401,
    });
    await origin.close();
    const answer = await sendRaw(url, "/verify", { headers: bearer(stranger()) });
    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(identityOf(answer)).toEqual(nobody);
    expect(answer.headers).not.toHaveProperty("www-authenticate");
    // What needs no storage is told all the same.
    expect(await sendRaw(url, "/verify", { headers: bearer("x") })).toMatchObject({ status: 401 });
  });

  test("what somebody wrote into a row breaks no header, and ends nothing", async () => {
    const { url } = await startListener();
    const { key, token } = await createKey();
    const scopes = ["*", "a:b\r\nLatchkey-Owner-Id: eve"];
    await latchkey().database.db.update(apiKeys).set({ scopes }).where(eq(apiKeys.id, key.id));
    await reseal(latchkey().database, latchkey().services.pepper);
    const answer = await sendRaw(url, "/verify", { headers: bearer(token) });
    expect(answer.status).toBe(500);
    expect(identityOf(answer)).toEqual(nobody);
    expect(await sendRaw(url, "/verify")).toMatchObject({ status: 401 });
  });

  test("an address that asks for ever more unknown tokens is not looked up any more", async () => {
    const listener = await listenInTest(latchkey().services, { trustedProxies: ["127.0.0.1"] });
    const { url } = listener;
    const from = (address: string, token: string) =>
      sendRaw(url, "/verify", {
        headers: [["X-Forwarded-For", `10.9.9.9, ${address}`], ...bearer(token)],
      });
    // From then on what is known is kept.
    await until(() => latchkey().services.feed.state() === "live");
    const known = await createKey();
    const unused = await createKey();
    expect(await from("192.0.2.1", known.token)).toMatchObject({ status: 200 });
    const misses = Array.from({ length: MISSES_PER_WINDOW }, () => from("192.0.2.1", stranger()));
    expect(new Set((await Promise.all(misses)).map(({ status }) => status))).toEqual(
      new Set([401]),
    );
    const held = await from("192.0.2.1", stranger());
    expect(held.status).toBe(429);
    expect(Number(held.headers["retry-after"])).toBeGreaterThan(0);
    expect(identityOf(held)).toEqual(nobody);
    // Not 401, which would tell the client of a good key to throw it away.
    expect(await from("192.0.2.1", unused.token)).toMatchObject({ status: 429 });
    // What is known needs no lookup, and other addresses go on.
    expect(await from("192.0.2.1", known.token)).toMatchObject({ status: 200 });
    expect(await from("192.0.2.1", "x")).toMatchObject({ status: 401 });
    expect(await from("192.0.2.2", stranger())).toMatchObject({ status: 401 });
    expect(await from("192.0.2.2", unused.token)).toMatchObject({ status: 200 });
  });
});
