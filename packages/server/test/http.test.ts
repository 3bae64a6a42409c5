import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest, type RawRequest, type Received, sendRaw } from "./listener.ts";
import { until } from "@latchkey/testing/until";

// What goes over a real connection. One engine: hardly anything here reaches the database.

const JSON_TYPE = ["Content-Type", "application/json"] as const;

onEngine(postgresql, (latchkey) => {
  /** A listening server, and what an admin sends to it. */
  const serve = async () => {
    const lines: string[] = [];
    const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
    const { services, admin } = latchkey();
    const { url } = await listenInTest(services, { log, allowedHosts: ["Keys.example.com"] });
    const { token } = await signIn(latchkey(), admin);
    const send = (path: string, { headers = [JSON_TYPE], ...rest }: RawRequest = {}) =>
      sendRaw(url, path, {
        method: "POST",
        headers: [["Authorization", `Bearer ${token}`], ...headers],
        ...rest,
      });
    const call = (procedure: string, input: unknown, more: readonly [string, string][] = []) =>
      send(`/trpc/${procedure}`, { headers: [JSON_TYPE, ...more], body: JSON.stringify(input) });
    return { url, token, lines, send, call };
  };
  const seq = async () => (await latchkey().services.store.readHead()).seq;
  const expectNothing = ({ body, headers }: Received) => {
    expect(body).not.toMatch(/stack|node_modules|\bat .*:\d|select |lks_/i);
    expect(headers["x-powered-by"] ?? headers["server"]).toBeUndefined();
  };

  test("calls come by POST alone, so that nothing typed lands in a URL", async () => {
    const { send } = await serve();
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]) {
      const response = await send("/trpc/keys.list?input=%7B%7D", { method, headers: [] });
      expect([method, response.status, response.headers["allow"]]).toEqual([method, 405, "POST"]);
    }
    // A header that turns one method into another is not heeded.
    const disguised = await send("/trpc/auth.logout", {
      method: "GET",
      headers: [JSON_TYPE, ["X-Http-Method-Override", "POST"]],
    });
    expect(disguised.status).toBe(405);
    expect(await seq()).toBe(0);
  });

  test("only JSON is taken: no form, which any web page may send, reaches a procedure", async () => {
    const { send } = await serve();
    const multipart = [
      "--x\r\n",
      'Content-Disposition: form-data; name="title"\r\n\r\n',
      "x\r\n--x--\r\n",
    ].join("");
    for (const procedure of ["keys.create", "auth.logout"]) {
      const form = await send(`/trpc/${procedure}`, {
        headers: [["Content-Type", "multipart/form-data; boundary=x"]],
        body: multipart,
      });
      expect(form.status).toBe(415);
      expectNothing(form);
      const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""];
      for (const type of [...types, "application/octet-stream", "application/jsonp", null]) {
        const headers = type === null ? [] : [["Content-Type", type] as const];
        const response = await send(`/trpc/${procedure}`, { headers, body: '{"title":"x"}' });
        expect([type, response.status]).toEqual([type, 415]);
      }
      const twice = [["Content-Type", "text/plain"] as const, JSON_TYPE];
      const response = await send(`/trpc/${procedure}`, { headers: twice, body: '{"title":"x"}' });
      expect(response.status).toBe(415);
    }
    expect(await seq()).toBe(0);
    const accepted = [["Content-Type", "Application/JSON; charset=utf-8"]] as const;
    const created = await send("/trpc/keys.create", { headers: accepted, body: '{"title":"x"}' });
    expect(created.status).toBe(200);
  });

  test("a body over 64 KiB is refused, with its length told or without", async () => {
    const { send, call } = await serve();
    const over = JSON.stringify({ title: "x".repeat(64 * 1024) });
    const huge = Buffer.alloc(2_000_000, " ");
    for (const body of [over, huge]) {
      const observer = await send("/trpc/keys.create", { body });
      const chunked = await send("/trpc/keys.create", {
        headers: [JSON_TYPE, ["Transfer-Encoding", "chunked"]],
        body,
      });
      expect([observer.status, chunked.status]).toEqual([413, 413]);
      expectNothing(observer);
    }
    expect((await call("keys.verify", { token: "x".repeat(60_000) })).status).toBe(200);
    expect(await seq()).toBe(0);
  });

  test("ten calls travel in one request, eleven don't", async () => {
    const { send } = await serve();
    const batch = async (size: number) => {
      const paths = Array.from({ length: size }, () => "keys.create").join();
      const inputs = Array.from({ length: size }, (_, i) => [i, { title: "x" }]);
      return send(`/trpc/${paths}?batch=1`, { body: JSON.stringify(Object.fromEntries(inputs)) });
    };
    for (const size of [11, 50]) {
      const refused = await batch(size);
      expect(refused.status).toBe(400);
      expectNothing(refused);
    }
    expect(await seq()).toBe(0);
    expect((await batch(10)).status).toBe(200);
    expect(await seq()).toBe(10);
  });

  test("what is no procedure is told so, without its name", async () => {
    const { send } = await serve();
    const paths = [
      "keys.steal",
      "",
      "__proto__",
      "keys",
      "%00",
      "%ff%fe",
      "%zz",
      "keys.list/steal",
    ];
    for (const path of [...paths, "keys.steal,keys.rob?batch=1", "..%2fkeys.steal"]) {
      const response = await send(`/trpc/${path}`, { body: "{}" });
      expect([path, Math.floor(response.status / 100)]).toEqual([path, 4]);
      expect(response.body).not.toMatch(/stack|steal|rob|proto/);
    }
  });

  test("it answers to its own names alone, whatever the port", async () => {
    const { url, call } = await serve();
    const { port } = new URL(url);
    const names = ["localhost", "127.0.0.1", `[::1]:${port}`, "KEYS.example.com", "localhost:1"];
    for (const host of names) {
      expect([host, (await call("keys.list", {}, [["Host", host]])).status]).toEqual([host, 200]);
    }
    const others = ["evil.example.com", "localhost.evil.example.com", "keys.example.com.", "0"];
    for (const host of [...others, "127.0.0.2", "keys.example.com@evil.example.com", "a b"]) {
      const { status } = await call("keys.create", { title: "x" }, [["Host", host]]);
      expect([host, [400, 421].includes(status)]).toEqual([host, true]);
    }
    expect(await seq()).toBe(0);
  });

  test("it takes nothing from another site's page", async () => {
    const { call } = await serve();
    for (const origin of ["https://evil.example.com", "null", "file://", "http://localhost.evil"]) {
      const { status } = await call("keys.create", { title: "x" }, [["Origin", origin]]);
      expect([origin, status]).toEqual([origin, 403]);
    }
    expect(await seq()).toBe(0);
    const own = await call("keys.create", { title: "x" }, [["Origin", "https://keys.example.com"]]);
    expect(own.status).toBe(200);
    // No page may read an answer.
    expect(own.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("what is no HTTP is refused, and the server goes on", async () => {
    const { url, call } = await serve();
    const start = "POST /trpc/auth.logout HTTP/1.1\r\nHost: localhost\r\n";
    const requests: (string | Buffer)[] = [
      "\r\n\r\n\r\n",
      "GET\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "STEAL /trpc/keys.list HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "CONNECT evil.example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "POST /trpc/auth.logout HTTP/1.0\r\nContent-Type: application/json\r\n\r\n",
      "POST /trpc/auth.logout HTTP/1.1\r\nContent-Type: application/json\r\n\r\n",
      "POST /trpc\\auth.logout HTTP/1.1\r\nHost: localhost\r\n\r\n",
      `${start}Host: evil.example.com\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n`,
      // Two lengths: what one side takes for the body the other may take for the next request.
      `${start}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
      `${start}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      `${start}Content-Length: -2\r\n\r\n{}`,
      `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`,
      `${start}X-Fill: ${"y".repeat(20_000)}\r\n\r\n`,
      `${start}X-\0Fill: y\r\n\r\n`,
      `${start}Expect: nonsense\r\n\r\n`,
      Buffer.concat([Buffer.from(start), randomBytes(2000)]),
    ];
    for (const [i, request] of requests.entries()) {
      const [line = ""] = (await heardAfter(url, request)).split("\r\n");
      expect([i, line]).toEqual([i, expect.stringMatching(/^(HTTP\/1\.1 4\d\d .*)?$/)]);
    }
    expect((await call("keys.list", {})).status).toBe(200);
    expect(await seq()).toBe(0);
  });

  test("answers with a token are never stored, nor any other of the API", async () => {
    const { call } = await serve();
    const { clientOf, admin } = latchkey();
    const email = "max@example.com";
    const password = "correct horse battery";
    await clientOf(admin).users.add.mutate({ email, password });
    const created = await call("keys.create", { title: "x" });
    const { id } = JSON.parse(created.body).result.data.key;
    const answers: [Received, RegExp][] = [
      [created, /"token":"sk_/],
      [await call("keys.rotate", { id }), /"token":"sk_/],
      [await call("auth.login", { email, password }), /"sessionToken":"lks_/],
      [await call("auth.login", { email, password: "x" }), /UNAUTHENTICATED/],
      [await call("keys.list", {}), /"items"/],
    ];
    for (const [{ headers, body }, content] of answers) {
      expect(body).toMatch(content);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-type": "application/json",
      });
    }
  });

  test("every answer carries the id of its request, under which it is logged", async () => {
    const { call, send, lines } = await serve();
    const answers = [
      await call("keys.list", {}),
      await call("keys.get", { id: "x" }),
      await send("/trpc/keys.list", { headers: [] }),
      await send("/healthz", { method: "GET" }),
      await send("/nowhere", { method: "GET" }),
      await call("keys.list", {}, [["Host", "evil.example.com"]]),
    ];
    const ids = answers.map(({ headers }) => headers["x-request-id"]);
    expect(new Set(ids).size).toBe(answers.length);
    const logged = () => lines.map((line) => JSON.parse(line).requestId);
    await until(() => ids.every((id) => logged().includes(id)));

    // A proxy's own id is kept where it is one.
    const given = await call("keys.list", {}, [["X-Request-Id", "from-the-proxy_1"]]);
    expect(given.headers["x-request-id"]).toBe("from-the-proxy_1");
    for (const id of ["x".repeat(65), "a b", "<script>", '"'])
      expect((await call("keys.list", {}, [["X-Request-Id", id]])).headers["x-request-id"]).toMatch(
        /^[0-9a-f-]{36}$/,
      );
  });

  test("the log tells who asked for what, and no token, body, or query", async () => {
    const { call, send, lines, token } = await serve();
    const { admin } = latchkey();
    await call("keys.list", { search: "typed" });
    await call("keys.rename", { id: "typed", title: "" });
    await send(`/trpc/${token}?token=${token}`);
    await send(`/${token}`, { method: "GET" });
    const logged = () =>
      lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
    await until(() => logged().length === 4);
    // A line is written once its answer has gone out, and may be passed by the next request's.
    const lineOf = (path: string) => logged().find((line) => line.path === path);
    expect(lineOf("/trpc/keys.list")).toMatchObject({
      method: "POST",
      status: 200,
      principal: "session",
      userId: admin.userId,
      address: "127.0.0.1",
    });
    const rename = { status: 404, failures: ["NOT_FOUND"] };
    expect(lineOf("/trpc/keys.rename")).toMatchObject(rename);
    expect(logged().filter(({ path }) => path === "other")).toHaveLength(2);
    expect(lines.join("")).not.toMatch(new RegExp(`typed|${token.slice(4)}`));
  });

  test("the process says that it lives, and that it can serve, to whoever asks", async () => {
    const { send } = await serve();
    for (const path of ["/healthz", "/readyz"]) {
      const headers = [["Host", "10.1.2.3:7420"]] as const;
      const { status, body } = await send(path, { method: "GET", headers });
      expect({ status, body }).toEqual({ status: 200, body: '{"ok":true}' });
    }
  });
});

/** What comes back until the server ends the connection, or has answered once and the client ends it. */
async function heardAfter(url: string, request: string | Buffer): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let heard = "";
  let isOver = false;
  socket.on("data", (chunk) => (heard += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.on("close", () => (isOver = true));
  socket.end(request);
  await until(() => isOver);
  return heard;
}
