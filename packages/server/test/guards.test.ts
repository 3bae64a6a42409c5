import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { RequestHandler } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  callerOf,
  createClient,
  createVerifier,
  guardExpress,
  guardFastify,
  guardHono,
} from "@latchkey/client";
import { runChild } from "./child.ts";
import { type Received, sendRaw } from "./listener.ts";
import { withTwoServed } from "./served.ts";

// Services of others, made with the real frameworks, that let nobody in without a good key.

/** A server of Latchkey's, and who asks it. */
type By = { readonly url: string; readonly token: string };
type Service = { readonly url: string; readonly end: () => Promise<unknown> };

const scopes = ["orders:read"];

const verifierBy = (by: By) => createVerifier(createClient(by));

async function serveHono(by: By): Promise<Service> {
  const verifier = verifierBy(by);
  const app = new Hono();
  app.use("/orders", guardHono(verifier, { scopes }));
  app.get("/orders", (c) => c.json(callerOf(c)));
  app.get("/open", (c) => c.json(callerOf(c)));
  app.onError((_, c) => c.text("no caller", 500));
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const end = async () => {
    verifier.close();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}`, end };
}

async function serveFastify(by: By): Promise<Service> {
  const verifier = verifierBy(by);
  const app = fastify();
  const onRequest = guardFastify(verifier, { scopes });
  app.get("/orders", { onRequest }, (request, reply) => reply.send(callerOf(request)));
  app.get("/open", (request, reply) => reply.send(callerOf(request)));
  app.setErrorHandler(async (_, __, reply) => reply.code(500).send("no caller"));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const end = async () => {
    verifier.close();
    await app.close();
  };
  return { url, end };
}

/** In a process of its own: under the conditions of a test's process its CommonJS does not load. */
async function serveExpress({ url, token }: By): Promise<Service> {
  const child = runChild(
    `import express from "express";
    import { callerOf, createClient, createVerifier, guardExpress } from "@latchkey/client";
    const { URL: url, TOKEN: token } = process.env;
    const verifier = createVerifier(createClient({ url, token }));
    const app = express();
    app.use("/orders", guardExpress(verifier, { scopes: ["orders:read"] }));
    app.get("/orders", (request, response) => void response.json(callerOf(request)));
    app.get("/open", (request, response) => void response.json(callerOf(request)));
    app.use((error, request, response, next) => void response.status(500).send("no caller"));
    const server = app.listen(0, "127.0.0.1", () => console.log("port", server.address().port, "."));`,
    { env: { URL: url, TOKEN: token } },
  );
  await child.says(".");
  const [, port] = /port (\d+)/.exec(child.output()) ?? [];
  const end = async () => {
    child.process.kill("SIGKILL");
    await child.ended();
  };
  return { url: `http://127.0.0.1:${port}`, end };
}

test("Express takes the guard as one of its handlers, by its types too", () => {
  const handler: RequestHandler = guardExpress({ authenticate: async () => new Response() });
  expect(handler).toBeInstanceOf(Function);
});

const latchkey = withTwoServed();
const services = [
  { name: "Hono", serve: serveHono },
  { name: "Fastify", serve: serveFastify },
  { name: "Express", serve: serveExpress },
];

const keyWith = (...granted: string[]) => {
  const { admin, clientOf } = latchkey().installation;
  return clientOf(admin).keys.create.mutate({ title: "Shop", scopes: granted });
};
const bearer = (token: string) => ["Authorization", `Bearer ${token}`] as const;
/** Without what a framework adds of its own. */
const answerOf = ({ status, headers, body }: Received) => ({
  status,
  challenge: headers["www-authenticate"],
  cache: headers["cache-control"],
  type: headers["content-type"]?.split(";")[0],
  body,
});

describe.each(services)("a service on $name", ({ serve }) => {
  let url: string;
  let end: Service["end"];
  beforeAll(async () => {
    const { installation, tokenOf, servers } = latchkey();
    const token = await tokenOf(installation.admin, "keys:verify");
    ({ url, end } = await serve({ url: servers[1].url, token }));
  });
  afterAll(() => end());

  test("lets a good key in, and knows whose it is", async () => {
    const { key, token } = await keyWith("orders:*");
    const basic = `Basic ${Buffer.from(`${token}:`).toString("base64")}`;
    for (const header of [bearer(token), ["Authorization", basic], ["X-Api-Key", token]] as const) {
      const { status, body } = await sendRaw(url, "/orders", { headers: [header] });
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({
        outcome: "VALID",
        keyId: key.id,
        ownerId: key.ownerId,
        title: "Shop",
        scopes: ["orders:*"],
        expiresAt: null,
      });
    }
  });

  test("refuses everybody else as RFC 6750 has it, and tells nobody what there is", async () => {
    const { token: good } = await keyWith("orders:read");
    const { token: lacking } = await keyWith("orders:write");
    const { key, token: revoked } = await keyWith("orders:read");
    const { admin, clientOf } = latchkey().installation;
    await clientOf(admin).keys.revoke.mutate({ id: key.id });
    const ask = async (...headers: (readonly [string, string])[]) =>
      answerOf(await sendRaw(url, "/orders", { headers }));

    const nothing = await ask();
    expect(nothing).toMatchObject({ status: 401, challenge: 'Bearer realm="latchkey"' });
    const unknown = await ask(bearer("sk_unknown"));
    expect(unknown).toEqual({
      status: 401,
      challenge: 'Bearer realm="latchkey", error="invalid_token"',
      cache: "no-store",
      type: "application/json",
      body: nothing.body,
    });
    expect(await ask(bearer(revoked))).toEqual(unknown);
    expect(await ask(bearer(good), ["X-Api-Key", lacking])).toEqual(unknown);
    expect(await ask(bearer(good), bearer(lacking))).toEqual(unknown);
    expect(await ask(bearer(lacking))).toMatchObject({
      status: 403,
      challenge: 'Bearer realm="latchkey", error="insufficient_scope", scope="orders:read"',
    });
  });

  test("lets nobody in where nobody can tell", async () => {
    const away = await serve({ url: latchkey().servers[1].url, token: "sk_none" });
    onTestFinished(() => void away.end());
    const { token } = await keyWith("orders:read");
    const { status, headers } = await sendRaw(away.url, "/orders", { headers: [bearer(token)] });
    expect({ status, retry: headers["retry-after"] }).toEqual({ status: 503, retry: "1" });
  });

  test("finds no caller on a route that nothing guards, whatever its headers say", async () => {
    const { token } = await keyWith("orders:read");
    expect(await sendRaw(url, "/open", { headers: [bearer(token)] })).toMatchObject({
      status: 500,
      body: "no caller",
    });
  });
});

test("scopes that can't be required show when a service starts", () => {
  const verifier = { authenticate: async () => new Response() };
  for (const guard of [guardHono, guardFastify, guardExpress]) {
    expect(() => guard(verifier, { scopes: ["orders:*"] })).toThrow("can't be required");
  }
});
