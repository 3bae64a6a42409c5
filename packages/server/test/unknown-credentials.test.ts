import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { generateToken } from "@latchkey/core";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "@latchkey/client";
import { MISSES_PER_WINDOW } from "../src/http/verify/miss-limit.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest, sendRaw } from "./listener.ts";
import { until } from "@latchkey/testing/until";
import { watch } from "./watching.ts";

// Unknown tokens by address, whichever route they come to. One engine: no more than lookups reach it.

onEngine(postgresql, (latchkey) => {
  const stranger = (prefix = "sk") => generateToken(prefix, randomBytes).token.reveal();

  const serve = async () => {
    const { services } = latchkey();
    const { url } = await listenInTest(services, { trustedProxies: ["127.0.0.1"] });
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    onTestFinished(() => agent.destroy());
    const send = (target: string, token: string, address = "192.0.2.1") =>
      sendRaw(url, target, {
        method: target.startsWith("/trpc") ? "POST" : "GET",
        headers: [
          ["X-Forwarded-For", address],
          ["Authorization", `Bearer ${token}`],
          ["Content-Type", "application/json"],
        ],
        agent,
      });
    const statuses = async (target: string, tokens: readonly string[]) =>
      (await Promise.all(tokens.map((token) => send(target, token)))).map(({ status }) => status);
    return { url, send, statuses };
  };
  const several = (count: number, prefix?: string) =>
    Array.from({ length: count }, () => stranger(prefix));

  test("as credentials and to /verify they count together, and are then not looked up", async () => {
    const { send, statuses } = await serve();
    const { services, admin, clientOf } = latchkey();
    await until(() => services.feed.state() === "live");
    const known = await clientOf(admin).keys.create.mutate({ title: "Known" });
    expect((await send("/trpc/keys.list", known.token)).status).toBe(200);
    const third = MISSES_PER_WINDOW / 3;
    const refused = [
      ...(await statuses("/trpc/keys.list", several(third))),
      ...(await statuses("/trpc/auth.whoami", several(third, "lks"))),
      ...(await statuses("/verify", several(third))),
    ];
    expect(new Set(refused)).toEqual(new Set([401]));

    const { misses } = services.keys.statistics();
    for (const target of ["/trpc/keys.list", "/trpc/auth.whoami,keys.list?batch=1", "/verify"]) {
      for (const prefix of ["sk", "lks"]) {
        const { status, headers } = await send(target, stranger(prefix));
        // A session is none to /verify, which looks nothing up for it.
        const expected = target === "/verify" && prefix === "lks" ? 401 : 429;
        expect([target, prefix, status]).toEqual([target, prefix, expected]);
        if (status === 429) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
      }
    }
    const { body } = await send("/trpc/keys.list", stranger());
    expect(JSON.parse(body).error.data).toMatchObject({
      reason: "RATE_LIMITED",
      retryAfterSeconds: expect.any(Number),
    });
    expect(services.keys.statistics().misses).toBe(misses);
    // What is known needs no lookup, what is none has none, and other addresses go on.
    expect((await send("/trpc/keys.list", known.token)).status).toBe(200);
    expect((await send("/trpc/keys.list", "sk_none")).status).toBe(401);
    expect((await send("/trpc/keys.list", stranger(), "192.0.2.2")).status).toBe(401);
  });

  test("hold up nobody at that address who is signed in, nor a watch that is judged again", async () => {
    const { url, send, statuses } = await serve();
    const { services, admin, clientOf } = latchkey();
    await until(() => services.feed.state() === "live");
    const { token } = await signIn(latchkey(), admin);
    const watcher = await clientOf(admin).keys.create.mutate({ title: "Watcher" });
    const headers = { "x-forwarded-for": "192.0.2.1" };
    const follow = createClient({
      url,
      token: watcher.token,
      fetch: (request) => {
        for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
        return fetch(request);
      },
    });
    const watched = watch(follow);
    await watched.joined();
    const connections = watched.connections();
    expect((await send("/trpc/auth.whoami", token)).status).toBe(200);
    await statuses("/trpc/keys.list", several(MISSES_PER_WINDOW));
    expect((await send("/trpc/keys.list", stranger())).status).toBe(429);
    expect((await send("/trpc/auth.whoami", token)).status).toBe(200);
    await clientOf(admin).keys.rename.mutate({ id: watcher.key.id, title: "Renamed" });
    await watched.reaches((await services.store.readHead()).seq);
    expect(watched.failures).toEqual([]);
    expect(watched.connections()).toBe(connections);
  });
});
