import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../src/log/log.ts";
import { httpApp } from "../src/http/app.ts";
import { identifyOr } from "../src/http/identify.ts";
import { dataFolder } from "../src/embedded/data-folder.ts";
import { serveOnSocket } from "../src/embedded/serve-socket.ts";
import { sshGateway } from "../src/ssh/gateway.ts";
import { serveSshSocket } from "../src/ssh/gateway-socket.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest } from "./listener.ts";
import { until } from "@latchkey/testing/until";

// Answers that precede the end of their request, on real sockets. One engine: none of it is the database's.

/** What the server says on one connection. */
function converse(socket: Socket) {
  let heard = "";
  let isOver = false;
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => (heard += text));
  socket.on("error", () => {});
  socket.on("close", () => (isOver = true));
  const statuses = () =>
    Array.from(heard.matchAll(/HTTP\/1\.1 (?!100)(\d+) /g), ([, code]) => code);
  return {
    says: (text: string) => void socket.write(text, "latin1"),
    heard: () => heard,
    statuses,
    answers: (count: number) => until(() => statuses().length === count),
    isCut: () => until(() => isOver),
  };
}

const FOLLOWER = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

onEngine(postgresql, (latchkey) => {
  type Place = { readonly port: number } | { readonly path: string };
  const at = (place: Place) => {
    const socket = "path" in place ? connect(place.path) : connect(place.port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    return converse(socket);
  };
  const portOf = (url: string | null) => ({ port: Number(new URL(String(url)).port) });
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), "latchkey-early-"));
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    return path;
  };
  const overTcp = async () => portOf((await listenInTest(latchkey().services)).url);
  const places = {
    TCP: overTcp,
    "the metrics' address": async () => {
      const metrics = { host: "127.0.0.1", port: 0 };
      return portOf((await listenInTest(latchkey().services, { metrics })).metricsUrl);
    },
    "the data folder's socket": async () => {
      const { services, defects } = latchkey();
      const onDefect = (defect: unknown) => defects.push(defect);
      const app = httpApp({ services, identify: identifyOr(null, services), onDefect });
      const data = dataFolder(await folder());
      const server = await serveOnSocket(data, async (request, env) => app.fetch(request, env));
      onTestFinished(server.close);
      return { path: data.socketFile };
    },
    "sshd's socket": async () => {
      const path = join(await folder(), "sshd");
      const log = createLog("silent");
      const gateway = sshGateway(latchkey().services, log, new AbortController().signal);
      const server = await serveSshSocket(path, gateway);
      onTestFinished(server.close);
      return { path };
    },
  } satisfies Record<string, () => Promise<Place>>;

  const JSON_TYPE = "Content-Type: application/json";
  const unread: readonly (readonly [keyof typeof places, string, string, string, string[]])[] = [
    ["TCP", "200", "GET", "/healthz", []],
    ["TCP", "200", "POST", "/verify", ["Authorization: Bearer TOKEN"]],
    ["TCP", "200", "GET", "/verify", ["Authorization: Bearer TOKEN"]],
    ["TCP", "401", "GET", "/verify?scope=a:b", []],
    ["TCP", "400", "PUT", "/verify?scope=a", []],
    ["TCP", "401", "POST", "/trpc/auth.whoami", [JSON_TYPE]],
    ["TCP", "404", "POST", "/nowhere", []],
    ["TCP", "404", "POST", "/readyz", []],
    ["TCP", "405", "PUT", "/trpc/keys.list", []],
    ["TCP", "415", "POST", "/trpc/keys.list", ["Content-Type: text/plain"]],
    ["TCP", "417", "POST", "/trpc/keys.list", [JSON_TYPE, "Expect: miracles"]],
    ["TCP", "421", "POST", "/trpc/keys.list", ["Host: evil.example", JSON_TYPE]],
    ["TCP", "403", "POST", "/trpc/keys.list", ["Origin: http://evil.example", JSON_TYPE]],
    ["the metrics' address", "200", "GET", "/metrics", []],
    ["the metrics' address", "405", "POST", "/metrics", []],
    ["the metrics' address", "404", "POST", "/", []],
    ["the data folder's socket", "405", "PUT", "/trpc/keys.list", []],
    ["the data folder's socket", "401", "POST", "/trpc/auth.whoami", [JSON_TYPE]],
    ["sshd's socket", "401", "POST", "/trpc/auth.whoami", [JSON_TYPE]],
    ["sshd's socket", "404", "POST", "/authorized-key", []],
  ];

  test.each(unread)("on %s %s to %s %s with a body unread ends the connection", async (...row) => {
    const [place, status, method, target, headers] = row;
    const where = await places[place]();
    const { token } = await latchkey()
      .clientOf(latchkey().admin)
      .keys.create.mutate({ title: "Shop" });
    // A body without its length is read for as far as it may be, before `/trpc` says anything.
    const chunked = target.startsWith("/trpc") ? [] : ["Transfer-Encoding: chunked"];
    for (const framing of ["Content-Length: 1000", ...chunked]) {
      const line = at(where);
      const host = headers.some((header) => header.startsWith("Host:")) ? [] : ["Host: localhost"];
      const head = [`${method} ${target} HTTP/1.1`, ...host, ...headers, framing];
      line.says(`${head.join("\r\n").replace("TOKEN", token)}\r\n\r\n`);
      await line.answers(1);
      // A proxy that never sends the body it announced goes on with its next request.
      line.says(`${"x".repeat(20)}\r\n${FOLLOWER}`);
      await line.isCut();
      expect([framing, line.statuses()]).toEqual([framing, [status]]);
      expect(line.heard()).toMatch(/^connection: close\r$/im);
    }
  });

  test("what follows an answer that was the last is not even read as a request", async () => {
    const { admin, clientOf } = latchkey();
    const { token } = await signIn(latchkey(), admin);
    const line = at(await overTcp());
    const body = '{"title":"Smuggled"}';
    const create = [
      "POST /trpc/keys.create HTTP/1.1",
      "Host: localhost",
      JSON_TYPE,
      `Authorization: Bearer ${token}`,
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n");
    line.says("POST /verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n");
    await line.answers(1);
    line.says(`1234${create}`);
    await line.isCut();
    expect(line.statuses()).toEqual(["401"]);
    expect((await clientOf(admin).keys.list.query({ owner: "all" })).items).toEqual([]);
  });

  test("a body that is there when the answer goes out keeps the connection", async () => {
    const line = at(await overTcp());
    const post = "POST /verify HTTP/1.1\r\nHost: localhost\r\n";
    const requests = [
      `${post}Content-Length: 4\r\n\r\nbody`,
      `${post}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n`,
      `${post}Content-Length: 0\r\n\r\n`,
      `${post}\r\n`,
      FOLLOWER,
    ];
    for (const [index, request] of requests.entries()) {
      line.says(request);
      await line.answers(index + 1);
    }
    expect(line.statuses()).toEqual(["401", "401", "401", "401", "200"]);
    expect(line.heard()).not.toMatch(/^connection: close/im);
  });

  test("unusual requests leave the next one on their connection as it is, or none", async () => {
    const where = await overTcp();
    const host = "Host: localhost\r\n";
    for (const request of [
      `GET /healthz HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
      `POST /verify HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 9\r\n\r\n`,
      `GET http://localhost/healthz HTTP/1.1\r\n${host}\r\n`,
      `GET http://evil.example/verify HTTP/1.1\r\n${host}\r\n`,
      `OPTIONS * HTTP/1.1\r\n${host}\r\n`,
      `CONNECT localhost:80 HTTP/1.1\r\n${host}\r\n`,
      "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
      "GET /healthz HTTP/1.0\r\n\r\n",
      `POST /verify HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 50\r\n\r\n`,
      `POST /verify HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: 50\r\n\r\n`,
      `POST /verify HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
      `POST /verify HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\nnot a size\r\n`,
      `GET /healthz HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ]) {
      const line = at(where);
      line.says(request);
      await Promise.race([line.answers(1), line.isCut()]);
      line.says("GET /verify?scope=next HTTP/1.1\r\nHost: localhost\r\n\r\n");
      // 400 is what the next request asks for, and nothing else does.
      const next = line.answers(2).then(() => line.statuses()[1]);
      const outcome = await Promise.race([next, line.isCut().then(() => "cut")]);
      expect([request, outcome]).toEqual([request, expect.stringMatching(/^(400|cut)$/)]);
    }
  });

  test("what comes after a body that was too large is answered, by Node's own fetch", async () => {
    const { url } = await listenInTest(latchkey().services);
    const post = (path: string, body: string) =>
      fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      statuses.push((await post("/trpc/keys.list", " ".repeat(3_000_000))).status);
      statuses.push((await post("/trpc/keys.list", "{}")).status);
    }
    expect(statuses).toEqual(Array.from({ length: 5 }, () => [413, 401]).flat());
  });
});
