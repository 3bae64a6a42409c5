import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { generateToken } from "@latchkey/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { createClient, createVerifier, errorOf } from "@latchkey/client";
import { until } from "@latchkey/testing/until";

// Answers that are not Latchkey's, from real servers: proxies, portals, another origin.

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, headers: Record<string, string>, body: string) =>
  serve((request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  });

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("the call succeeded"),
    (thrown: unknown) => errorOf(thrown),
  );

const byCustomFetch = (url: string) => createClient({ url, fetch: (request) => fetch(request) });

const KINDS = [
  ["text/html; charset=utf-8", "text/html", "<!doctype html><title>Sign in to the network</title>"],
  ["application/json", "application/json", '{"error":"no"}'],
  ["application/json", "application/json", "{}"],
  ["application/json", "application/json", '[{"result":1}]'],
  ["application/json", "application/json", "not JSON"],
  ["text/plain", "text/plain", '[{"result":{"data":{"outcome":"VALID"}}}]'],
  ["application/problem+json", "application/problem+json", '{"title":"no"}'],
  [null, "without a type", ""],
] as const;
const STATUSES = [200, 201, 301, 302, 303, 307, 308, 400, 401, 403, 404, 421, 429, 451].concat([
  500, 502, 503, 504, 511, 522,
]);

describe.each(STATUSES)("an answer of something else with status %i", (status) => {
  test("is told with its type and the address, and whether a change can have happened", async () => {
    for (const [type, shown, body] of KINDS) {
      const headers = type === null ? {} : { "content-type": type };
      const url = await answering(status, { ...headers, location: "/elsewhere" }, body);
      for (const client of [createClient({ url }), byCustomFetch(url)]) {
        const { code, message } = await failureOf(client.keys.revoke.mutate({ id: "x" }));
        expect(code).toBe("UNAVAILABLE");
        expect(message).toContain(url);
        expect(message).toContain(
          status === 421 ? "does not answer to that name" : `${status} ${shown}`,
        );
        const mayHave = status < 300 || status >= 500;
        expect(message.includes("look whether it happened")).toBe(mayHave);
        expect(message.includes("Nothing was changed")).toBe(!mayHave);
        expect(message).not.toContain("connection was lost");
      }
    }
  });
});

/** Somebody's server that finds every token good, and tells it anything. */
const impostor = async () => {
  const seen: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    seen.push(request);
    request.resume();
    if (request.method === "GET" && request.headers.accept?.includes("event-stream") === true) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("event: connected\ndata: {}\n\n");
      return;
    }
    const data = { outcome: "VALID", record: null, asOf: { seq: 1, at: new Date().toISOString() } };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify([{ result: { data } }]));
  });
  return { url, seen };
};

describe.each([301, 302, 303, 307, 308])("a redirect (%i) to another origin", (status) => {
  test("is not followed: nothing reaches that origin, and nothing that it says is believed", async () => {
    const other = await impostor();
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      request.resume();
      response.writeHead(status, { location: other.url + (request.url ?? "") }).end();
    });
    const token = "sk_token";
    for (const client of [
      createClient({ url, token }),
      createClient({ url, token, fetch: (request) => fetch(request) }),
    ]) {
      const call = failureOf(client.keys.verify.mutate({ token: "x" }));
      expect(await call).toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringContaining(`(${status} `),
      });
      expect((await failureOf(client.keys.list.query())).code).toBe("UNAVAILABLE");

      const links: string[] = [];
      const verifier = createVerifier(client, {
        onLink: (link) => links.push(link.state === "live" ? "live" : link.error.code),
      });
      onTestFinished(verifier.close);
      const presented = generateToken("sk", randomBytes).token.reveal();
      expect((await failureOf(verifier.verify(presented))).code).toBe("UNAVAILABLE");
      const headers = new Headers({ authorization: `Bearer ${presented}` });
      expect(await verifier.authenticate({ headers })).toMatchObject({ status: 503 });
      await until(() => links.length > 0);
      expect(links).toEqual(["UNAVAILABLE"]);
    }
    expect(asked).toBeGreaterThanOrEqual(8);
    expect(other.seen).toEqual([]);
  });
});

test("what a fetch of somebody's own followed all the same is not believed", async () => {
  const other = await impostor();
  const url = await serve((request, response) => {
    request.resume();
    response.writeHead(307, { location: other.url + (request.url ?? "") }).end();
  });
  const following = createClient({
    url,
    fetch: async (request) =>
      fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body && (await request.text()),
      }),
  });
  expect(await failureOf(following.keys.verify.mutate({ token: "x" }))).toMatchObject({
    code: "UNAVAILABLE",
  });
  const verifier = createVerifier(following);
  onTestFinished(verifier.close);
  const presented = generateToken("sk", randomBytes).token.reveal();
  expect((await failureOf(verifier.verify(presented))).code).toBe("UNAVAILABLE");
  expect(other.seen.length).toBeGreaterThan(0);
});

test.each([
  ["http://keys.example.com", "Plain http"],
  ["http://192.168.1.10:7420", "Plain http"],
  ["http://127.0.0.1.example.com", "Plain http"],
  ["http://localhost.example.com", "Plain http"],
  ["http://[2001:db8::1]", "Plain http"],
  ["ftp://keys.example.com", "like https://"],
  ["keys.example.com", "like https://"],
  ["", "like https://"],
  ["https://ada:secret@keys.example.com", "Leave user and password out"],
])("a client for %s is refused, by the name of its field", (url, sentence) => {
  const create = () => createClient({ url });
  expect(create).toThrow(sentence);
  let thrown: unknown;
  try {
    create();
  } catch (error) {
    thrown = error;
  }
  expect(errorOf(thrown)).toMatchObject({ code: "INPUT_INVALID", fields: [{ field: "url" }] });
});

test.each([
  ["https://keys.example.com", false],
  ["http://localhost:7420", false],
  ["http://latchkey.localhost", false],
  ["http://127.9.9.9", false],
  ["http://[::1]:7420", false],
  ["http://latchkey.default.svc:7420", true],
])("a client for %s is made, with allowInsecureHttp: %s", (url, allowInsecureHttp) => {
  expect(() => createClient({ url, allowInsecureHttp })).not.toThrow();
});

test.each(["sk_x\n", "sk_x\r\n", "\uFEFFsk_x", "sk_ x", " sk_x", "sk_x\0", "sk_ü", "sk_\u200b"])(
  "a token that can't be sent (%j) is refused, by the name of its field and without its text",
  async (token) => {
    let thrown: unknown;
    try {
      createClient({ url: "http://localhost", token });
    } catch (error) {
      thrown = error;
    }
    const { code, message, fields } = errorOf(thrown);
    expect({ code, fields }).toMatchObject({ code: "INPUT_INVALID", fields: [{ field: "token" }] });
    expect(message).not.toContain(token.trim());
  },
);
