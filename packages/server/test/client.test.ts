import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { getRequestListener } from "@hono/node-server";
import {
  type DomainError,
  describeError,
  err,
  errorCodes,
  fieldProblems,
  Redacted,
} from "@latchkey/core";
import { TRPCClientError } from "@trpc/client";
import { afterEach, describe, expect, test } from "vitest";
import { createClient, errorOf } from "@latchkey/client";
import { httpApp } from "../src/http/app.ts";
import { unwrap } from "../src/trpc/procedure.ts";
import { runChild } from "./child.ts";
import { ORIGIN } from "./installation.ts";
import { until } from "@latchkey/testing/until";

const NOW = new Date();

/** An example of each failure, with the HTTP status that the contract gives it. */
const FAILURES: { error: DomainError; status: number }[] = [
  { error: { code: "NOT_FOUND" }, status: 404 },
  { error: { code: "NOT_FOUND", what: "user" }, status: 404 },
  { error: { code: "TITLE_INVALID", problem: { kind: "empty" } }, status: 400 },
  { error: { code: "SCOPE_INVALID", problem: { kind: "empty_list" } }, status: 400 },
  { error: { code: "KEY_ALREADY_REVOKED", revokedAt: NOW }, status: 409 },
  { error: { code: "KEY_NOT_REVOKED" }, status: 409 },
  { error: { code: "KEY_EXPIRED", expiresAt: NOW }, status: 409 },
  { error: { code: "KEY_REVOCATION_SCHEDULED", revokedAt: NOW }, status: 409 },
  { error: { code: "REVOCATION_NOT_SCHEDULED" }, status: 409 },
  { error: { code: "CONFLICT", revision: 2 }, status: 409 },
  { error: { code: "CONFLICT", what: "sshKey", owner: null }, status: 409 },
  { error: { code: "CONFLICT", what: "sshKey", owner: "mia@example.com" }, status: 409 },
  { error: { code: "EMAIL_TAKEN" }, status: 409 },
  { error: { code: "LAST_ADMIN" }, status: 409 },
  { error: { code: "LOG_RESTARTED", head: { seq: 6, mac: "5a".repeat(32) } }, status: 409 },
  { error: { code: "UNAUTHENTICATED" }, status: 401 },
  { error: { code: "UNAUTHENTICATED", why: "password" }, status: 401 },
  { error: { code: "FORBIDDEN", why: { kind: "admin_only" } }, status: 403 },
  { error: { code: "RATE_LIMITED", retryAfterSeconds: 5 }, status: 429 },
  { error: { code: "INPUT_INVALID", fields: [{ field: "a", message: "b" }] }, status: 400 },
  { error: { code: "UNAVAILABLE", why: "busy" }, status: 503 },
  { error: { code: "INTERNAL" }, status: 500 },
];

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Of what a loaded module is a part: a package's name, for our own server the file unless the client's. */
function partOf(url: string): string {
  const [, name] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  const [, ours, path] = /\/packages\/(\w+)\/src\/(.+)$/.exec(url) ?? [];
  // What serves stands in the same package as what calls and server share.
  if (name !== undefined) return url.includes("/adapters/") ? `${name}/adapters` : name;
  if (ours !== "server" || path === undefined)
    return ours === undefined ? url : `@latchkey/${ours}`;
  return `@latchkey/server/${path.startsWith("client/") ? "client" : path}`;
}

describe("the client", () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const serve = async (listener: (...request: Parameters<RequestListener>) => unknown) => {
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const answering = (status: number, type: string, body: string) =>
    serve((request, response) => {
      request.resume();
      response.writeHead(status, { "content-type": type }).end(body);
    });
  /** A server on which looking at a key fails in this way. */
  const failing = (error: DomainError) => {
    const store = { readKey: async () => unwrap(err(error)) };
    const principal = { kind: "operator", userId: "user_x", role: "admin" };
    const app = httpApp({
      services: { store } as never,
      identify: async () => ({ principal, user: {}, via: "http", address: null }) as never,
      onDefect: () => {},
    });
    return serve(getRequestListener((request) => app.fetch(request)));
  };
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable("the call succeeded"),
      (thrown: unknown) => errorOf(thrown),
    );

  test("pulls in its own files, the rules, and what carries its calls; nothing else", async () => {
    const child = runChild(`
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      await import("@latchkey/server/client");
      console.log(loaded.join("\\n"));`);
    const { code, output } = await child.ended();
    expect(code).toBe(0);
    const parts = new Set(output.trim().split("\n").map(partOf));
    expect([...parts].sort()).toEqual([
      "@latchkey/client",
      "@latchkey/core",
      "@latchkey/server/client",
      "@trpc/client",
      "@trpc/server",
      "eventsource",
      "eventsource-parser",
      "node:crypto",
      "node:util",
      "typeid-js",
      "uuid",
    ]);
  });

  test.each(FAILURES)(
    "tells $error.code by its code and data, over the status that fits it",
    async ({ error, status }) => {
      const url = await failing(error);
      const thrown = await createClient({ url })
        .keys.get.query({ id: "x" })
        .catch((failure: unknown) => failure);
      const fields = fieldProblems(error);
      expect(errorOf(thrown)).toEqual({ ...error, message: describeError(error), fields });
      expect(thrown).toMatchObject({ data: { httpStatus: status } });
    },
  );

  test("every code of the family is among those", () => {
    const codes = new Set(FAILURES.map(({ error }) => error.code));
    expect([...codes].sort()).toEqual([...errorCodes].sort());
  });

  /** What a server of another version answers. */
  const told = async (reason: string, data: object = {}) => {
    const error = { code: -32_000, message: "In its words.", data: { reason, ...data } };
    const url = await answering(409, "application/json", JSON.stringify([{ error }]));
    return failureOf(createClient({ url }).keys.revoke.mutate({ id: "x" }));
  };
  const words = { message: "In its words.", fields: [] };

  test.each(["KEY_ALREADY_REVOKED", "FORBIDDEN", "UNAVAILABLE", "CONFLICT"])(
    "of an older server %s keeps its code, though its data is not told",
    async (reason) => expect(await told(reason)).toEqual({ code: reason, ...words }),
  );

  test("of a newer server takes no data that it does not know, and no code for another", async () => {
    const newer = { why: "in_the_next_version", httpStatus: 409 };
    expect(await told("UNAUTHENTICATED", newer)).toEqual({ code: "UNAUTHENTICATED", ...words });
    expect(await told("UNAVAILABLE", newer)).toEqual({ code: "UNAVAILABLE", ...words });
    const reason = "KEY_FROZEN";
    expect(await told(reason, newer)).toEqual({ code: "UNRECOGNIZED", reason, ...words });
  });

  test("repeats nothing in the data that may be a token", async () => {
    const scope = `keys:${"S3cretOfAToken".repeat(3)}`;
    const url = await failing({ code: "SCOPE_INVALID", problem: { kind: "malformed", scope } });
    const failure = await failureOf(createClient({ url }).keys.get.query({ id: "x" }));
    expect(failure).toMatchObject({ problem: { kind: "malformed", scope: "keys:…" } });
    expect(JSON.stringify(failure)).not.toContain("S3cret");
  });

  test("a call by another fetch ends with its signal, however long ago it was sent", async () => {
    let isAsked = false;
    const url = await serve(() => {
      isAsked = true;
    });
    const { keys } = createClient({ url, fetch: (request) => fetch(request) });
    const ending = new AbortController();
    const call = keys.delete.mutate({ id: "x" }, { signal: ending.signal });
    await until(() => isAsked);
    // What nobody keeps is collected by then.
    for (let time = 0; time < 5; time += 1) {
      collectGarbage();
      await new Promise((next) => setImmediate(next));
    }
    ending.abort();
    expect(await failureOf(call)).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("tells where there is no server that nothing was changed", async () => {
    const url = await answering(200, "text/plain", "");
    for (const close of closing.splice(0)) await close();
    const failure = await failureOf(createClient({ url }).keys.create.mutate({ title: "x" }));
    expect(failure).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("Nothing was changed"),
    });
  });

  test.each([
    [200, "text/html", "<!doctype html><title>Sign in to the hotel's network</title>"],
    [502, "text/html", "<h1>Bad Gateway</h1>"],
    [200, "application/json", "{}"],
    [200, "application/json", '[{"error":{"data":{"reason":"UNHEARD_OF"}}}]'],
    [500, "application/json", '{"error":"no"}'],
    [200, "application/json", ""],
  ])("takes no answer of another kind of server for one (%i %s %s)", async (status, type, body) => {
    const url = await answering(status, type, body);
    const failure = await failureOf(createClient({ url }).keys.revoke.mutate({ id: "x" }));
    expect(failure.code).toBe("UNAVAILABLE");
    expect(failure.message).toContain("look whether it happened");
  });

  test("tells what is too large for a server, or a proxy before it, as a mistake in the input", async () => {
    const ours = createClient({ url: await failing({ code: "INTERNAL" }) });
    const proxy = createClient({ url: await answering(413, "text/html", "<h1>Too Large</h1>") });
    const calls = [ours, proxy].map(({ keys }) =>
      keys.create.mutate({ title: "x".repeat(70_000) }),
    );
    for (const call of calls) {
      expect(await failureOf(call)).toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringContaining("Send less"),
      });
    }
  });

  test("never asks for a change twice, though its answer was lost; a query it does", async () => {
    let asked = 0;
    const url = await serve((request) => {
      asked += 1;
      request.on("data", () => {}).on("end", () => request.socket.destroy());
    });
    const { keys } = createClient({ url });
    expect((await failureOf(keys.revoke.mutate({ id: "x" }))).code).toBe("UNAVAILABLE");
    expect(asked).toBe(1);
    expect((await failureOf(keys.list.query())).code).toBe("UNAVAILABLE");
    expect(asked).toBeGreaterThan(2);
  });

  test("tells a call that was called off as an outage, and not as a verdict", async () => {
    const url = await serve(() => {});
    const calledOff = new AbortController();
    const call = createClient({ url }).keys.verify.mutate(
      { token: "x" },
      { signal: calledOff.signal },
    );
    setImmediate(() => calledOff.abort());
    expect(await failureOf(call)).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("sends its token in a header alone, and everything typed in the body alone", async () => {
    const seen: { url: string; method: string; authorization: string | null }[] = [];
    const { keys } = createClient({
      url: ORIGIN,
      token: new Redacted("sk_token"),
      fetch: async ({ url, method, headers }) => {
        seen.push({ url, method, authorization: headers.get("authorization") });
        return new Response("", { status: 418 });
      },
    });
    await keys.verify.mutate({ token: "presented" }).catch(() => {});
    await keys.list.query({ search: "typed" }).catch(() => {});
    for (const { url, method, authorization } of seen) {
      expect({ method, authorization }).toEqual({
        method: "POST",
        authorization: "Bearer sk_token",
      });
      expect(url).not.toMatch(/typed|presented|sk_token/);
    }
    expect(seen.length).toBeGreaterThanOrEqual(2);
  });

  test("tells anything else that is thrown as an outage, never as a verdict", () => {
    for (const thrown of [new Error("x"), "x", null, undefined, new TRPCClientError("x")]) {
      expect(errorOf(thrown).code).toBe("UNAVAILABLE");
    }
  });
});
