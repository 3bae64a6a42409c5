import { randomBytes } from "node:crypto";
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { generateToken } from "@latchkey/core";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Listener } from "../src/start/listen.ts";
import { MISSES_PER_WINDOW } from "../src/http/verify/miss-limit.ts";
import { startApplication, type Seen } from "./echo-application.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine } from "./installation.ts";
import { type RawRequest, type Received, sendRaw, startListener } from "./listener.ts";
import { caddy, nginx, type ProxyKind } from "./reverse-proxy.ts";

// The configurations of docs/proxies before an application, on the real programs.

describe.each([nginx, caddy])("behind $name", (kind) => {
  describe.skipIf(!kind.isInstalled)("on the configuration of docs/proxies", () => {
    onEngine(postgresql, (latchkey) => {
      let shared: Promise<Site> | undefined;
      const startShared = async () => {
        const listener = await startListener(latchkey().services, {
          trustedProxies: ["127.0.0.1"],
        });
        return startSite(kind, listener);
      };
      afterAll(async () => (await shared)?.close());

      const send = async (target: string, request: RawRequest = {}) => {
        shared ??= startShared();
        return (await shared).send(target, request);
      };
      const keys = () => latchkey().clientOf(latchkey().admin).keys;
      const createKey = (scopes?: string[]) =>
        keys().create.mutate({ title: "Shop", ...(scopes === undefined ? {} : { scopes }) });
      const bearer = (token: string) => ["Authorization", `Bearer ${token}`] as const;
      const stranger = () => generateToken("sk", randomBytes).token.reveal();

      test("a good key passes, its identity reaches the application, and the key does not", async () => {
        const { key, token } = await createKey(["orders:read", "orders:write"]);
        for (const credential of [bearer(token), ["X-Api-Key", token] as const]) {
          const { status, body, seen } = await send("/orders/1?page=2", { headers: [credential] });
          expect({ status, body }).toEqual({ status: 200, body: "the application" });
          expect(seen).toMatchObject([{ method: "GET", url: "/orders/1?page=2" }]);
          expect(seen[0]?.latchkey).toEqual([
            ["latchkey-key-id", key.id],
            ["latchkey-owner-id", key.ownerId],
            ["latchkey-scopes", "orders:read orders:write"],
          ]);
          expect(JSON.stringify(seen)).not.toContain(token);
        }
      });

      test("methods and bodies go through as they came", async () => {
        const { token } = await createKey();
        const body = "x".repeat(300_000);
        for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
          const headers = [bearer(token), ["Content-Length", String(body.length)] as const];
          const { status, seen } = await send("/", { method, headers, body });
          expect(status).toBe(200);
          expect(seen).toMatchObject([{ method, body }]);
          const chunked = [bearer(token), ["Transfer-Encoding", "chunked"] as const];
          expect((await send("/", { method, headers: chunked, body })).seen).toMatchObject([
            { method, body },
          ]);
          const refused = await send("/", { method, headers: headers.slice(1), body });
          expect(refused).toMatchObject({ status: 401, seen: [] });
        }
        for (const method of ["HEAD", "OPTIONS"]) {
          const { status, seen } = await send("/", { method, headers: [bearer(token)] });
          expect({ status, seen }).toMatchObject({ status: 200, seen: [{ method }] });
        }
      });

      test("identity headers that a caller forges never arrive, however they are written", async () => {
        const { key, token } = await createKey();
        const forged = ["Key-Id", "Owner-Id", "Scopes"].flatMap((name) =>
          [`Latchkey-${name}`, `latchkey-${name}`, `LATCHKEY_${name}`, `Latchkey_${name}`].flatMap(
            (variant) =>
              [
                [variant, "forged"],
                [variant.replaceAll("-", "_"), "forged"],
              ] as const,
          ),
        );
        const { seen } = await send("/", { headers: [...forged, bearer(token), ...forged] });
        expect(seen[0]?.latchkey).toEqual([
          ["latchkey-key-id", key.id],
          ["latchkey-owner-id", key.ownerId],
          ["latchkey-scopes", "*"],
        ]);
        expect(await send("/", { headers: forged })).toMatchObject({ status: 401, seen: [] });
      });

      test("a caller can't make them disappear by calling them headers of the connection", async () => {
        const { key, token } = await createKey();
        const named = "close, Latchkey-Key-Id, latchkey-owner-id, Latchkey-Scopes";
        const { status, seen } = await send("/", {
          headers: [["Connection", named], bearer(token)],
        });
        expect(status).toBe(200);
        expect(seen[0]?.latchkey).toEqual([
          ["latchkey-key-id", key.id],
          ["latchkey-owner-id", key.ownerId],
          ["latchkey-scopes", "*"],
        ]);
      });

      test("without a good key nothing goes through, and the caller hears the challenge", async () => {
        const { key, token } = await createKey();
        expect(await send("/")).toMatchObject({
          status: 401,
          headers: { "www-authenticate": 'Bearer realm="latchkey"' },
          seen: [],
        });
        expect(await send("/", { headers: [bearer(token)] })).toMatchObject({ status: 200 });
        await keys().revoke.mutate({ id: key.id });
        for (const wrong of [token, stranger(), "x"]) {
          expect(await send("/orders/1", { headers: [bearer(wrong)] })).toMatchObject({
            status: 401,
            headers: { "www-authenticate": 'Bearer realm="latchkey", error="invalid_token"' },
            seen: [],
          });
        }
      });

      test("a key without the scope of the path is forbidden there, and told which", async () => {
        const { token } = await createKey(["invoices:read"]);
        const headers = [bearer(token)];
        expect(await send("/orders/1", { headers })).toMatchObject({
          status: 403,
          headers: {
            "www-authenticate":
              'Bearer realm="latchkey", error="insufficient_scope", scope="orders:read"',
          },
          seen: [],
        });
        expect(await send("/invoices", { headers })).toMatchObject({ status: 200 });
      });

      test("a browser's preflight is answered without a key, for its origin, and goes no further", async () => {
        const preflight = (origin: string, ...more: (readonly [string, string])[]) =>
          send("/orders/1?page=2", { method: "OPTIONS", headers: [["Origin", origin], ...more] });
        const asking = ["Access-Control-Request-Method", "PUT"] as const;
        for (const target of ["/", "/orders/1"]) {
          const headers = [["Origin", "https://app.example.com"], asking] as const;
          expect(await send(target, { method: "OPTIONS", headers })).toMatchObject({
            status: 204,
            body: "",
            headers: {
              "access-control-allow-origin": "https://app.example.com",
              "access-control-allow-methods": expect.stringContaining("PUT"),
              "access-control-allow-headers": expect.stringContaining("Authorization"),
              vary: "Origin",
            },
            seen: [],
          });
          expect(await send(target, { headers })).toMatchObject({ status: 401, seen: [] });
        }
        for (const refused of [
          preflight("https://app.example.com"),
          preflight("https://app.example.com.evil.example", asking),
          preflight("https://appXexample.com", asking),
          preflight("https://evil.example", asking),
        ]) {
          const { status, headers, seen } = await refused;
          expect({ status, seen }).toEqual({ status: 401, seen: [] });
          expect(headers).not.toHaveProperty("access-control-allow-origin");
        }
      });

      test("an answer of the application's own comes back as it is", async () => {
        const { token } = await createKey();
        for (const status of [401, 403, 404, 500, 503]) {
          const answer = await send(`/?status=${status}`, { headers: [bearer(token)] });
          expect(answer).toMatchObject({ status, body: "the application" });
          expect(answer.headers).not.toHaveProperty("www-authenticate");
        }
      });

      test("any Host is served, and a key with as many scopes as one may have", async () => {
        const longest = (i: number) => `${"r".repeat(62)}${i}:${"a".repeat(64)}`;
        const scopes = Array.from({ length: 64 }, (_, i) => longest(i + 10));
        const { token } = await createKey(scopes);
        const headers = [["Host", "shop.example.com"] as const, bearer(token)];
        const { status, seen } = await send("/", { headers });
        expect(status).toBe(200);
        expect(seen[0]?.latchkey).toContainEqual(["latchkey-scopes", scopes.join(" ")]);
      });

      test("no path leads past the check", async () => {
        for (const path of [
          "/../healthz",
          "/%2e%2e/healthz",
          "/orders/../../healthz",
          "//healthz",
          "/verify",
          "/_latchkey/any",
          "/_latchkey/scope",
          "/?scope=a:b&status=200",
        ]) {
          const { status, seen } = await send(path);
          expect(status).toBeGreaterThanOrEqual(400);
          expect(seen).toEqual([]);
        }
      });

      test("unknown tokens are bounded for the caller's own address, whatever it claims to be", async () => {
        // Of its own, so that the minute begins with the first of them.
        const listener = await startListener(latchkey().services, {
          trustedProxies: ["127.0.0.1"],
        });
        const site = await startSite(kind, listener);
        const agent = new Agent({ keepAlive: true, maxSockets: 16 });
        onTestFinished(async () => {
          agent.destroy();
          await site.close();
        });
        let claims = 0;
        const miss = (localAddress: string) => {
          claims += 1;
          const claimed = ["X-Forwarded-For", `10.0.${claims >> 8}.${claims & 255}`] as const;
          return site.send("/", { headers: [claimed, bearer(stranger())], localAddress, agent });
        };
        const misses = Array.from({ length: MISSES_PER_WINDOW }, () => miss("127.0.0.3"));
        for (const { status } of await Promise.all(misses)) expect(status).toBe(401);
        const held = await miss("127.0.0.3");
        expect(held).toMatchObject({ status: 429, seen: [] });
        expect(Number(held.headers["retry-after"])).toBeGreaterThan(0);
        expect((await miss("127.0.0.4")).status).toBe(401);
      });

      test("what is no verdict lets nothing through", async () => {
        let status = 200;
        const standIn = createServer((_, response) => {
          response.writeHead(status, { "retry-after": "7", location: "/" }).end();
        });
        await new Promise<void>((listening) => standIn.listen(0, "127.0.0.1", () => listening()));
        const { port } = standIn.address() as AddressInfo;
        const close = async () => void standIn.close();
        const site = await startSite(kind, { url: `http://127.0.0.1:${port}`, close });
        onTestFinished(site.close);
        expect(await site.send("/")).toMatchObject({ status: 200, seen: [{ url: "/" }] });
        for (status of [302, 400, 404, 429, 500, 503]) {
          const answer = await site.send("/");
          expect(answer.seen).toEqual([]);
          expect(answer.status).not.toBe(200);
          if (status !== 429 && status !== 503) continue;
          expect(answer).toMatchObject({ status, headers: { "retry-after": "7" } });
        }
      });

      test("while Latchkey is away nothing goes through", async () => {
        const { token } = await createKey();
        const listener = await startListener(latchkey().services);
        const site = await startSite(kind, listener);
        onTestFinished(site.close);
        const request = { headers: [bearer(token)] };
        expect(await site.send("/", request)).toMatchObject({ status: 200, seen: [{ url: "/" }] });
        await listener.close();
        const { status, seen } = await site.send("/", request);
        expect(status).toBeGreaterThanOrEqual(500);
        expect(seen).toEqual([]);
      });
    });
  });
});

describe.skipIf(!nginx.isInstalled)("behind nginx", () => {
  onEngine(postgresql, (latchkey) => {
    test("that announces bodies to Latchkey and sends none, nobody passes without a key", async () => {
      const { keys } = latchkey().clientOf(latchkey().admin);
      const { token } = await keys.create.mutate({ title: "Shop" });
      const listener = await startListener(latchkey().services);
      const site = await startSite(nginx, listener, ['proxy_set_header Content-Length "";']);
      onTestFinished(site.close);
      // Where the body that never comes swallows all before it, this is the next request of that connection.
      const posing = { headers: [["Authorization", "GET /healthz HTTP/1.1"]] } as const;
      for (let length = 30; length < 80; length += 1) {
        const body = "x".repeat(length);
        const headers = [
          ["Content-Length", String(length)],
          ["X-Api-Key", token],
        ] as const;
        const announcing = await site.send("/", { method: "POST", headers, body });
        expect(announcing).toMatchObject({ status: 200, seen: [{ body }] });
        expect(await site.send("/", posing)).toMatchObject({ status: 401, seen: [] });
      }
    });
  });
});

type Site = {
  /** The answer, and what the application saw of the request. */
  readonly send: (target: string, request?: RawRequest) => Promise<Received & { seen: Seen[] }>;
  /** Ends all of it. */
  readonly close: () => Promise<void>;
};

/** An application behind a proxy that asks this Latchkey. */
async function startSite(
  kind: ProxyKind,
  latchkey: Pick<Listener, "url" | "close">,
  without: readonly string[] = [],
): Promise<Site> {
  const application = await startApplication();
  const { host } = new URL(latchkey.url);
  const proxy = await kind.start({ latchkey: host, application: application.host, without });
  return {
    send: async (target, request = {}) => {
      application.seen.length = 0;
      // Another address than the proxy's own, which is trusted.
      const answer = await sendRaw(proxy.url, target, { localAddress: "127.0.0.2", ...request });
      return { ...answer, seen: [...application.seen] };
    },
    close: async () => {
      await proxy.stop();
      await latchkey.close();
      await application.close();
    },
  };
}
