import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorOf, type Incoming, neverSent, type Outgoing } from "@latchkey/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { transportByHttp, transportBySocket } from "../src/connection/send.ts";

// Requests on their way, to real servers.

const tls = (name: string) =>
  readFile(new URL(`../../server/test/tls/${name}`, import.meta.url), "utf8");

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return server;
}

const urlOf = (server: Server, protocol = "http") =>
  `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`;

const serve = async (answer: RequestListener) => listening(createServer(answer));

function byHttp(protocol = "http:", silentMs?: number) {
  const http = transportByHttp(protocol, silentMs);
  onTestFinished(http.close);
  return (outgoing: Pick<Outgoing, "url"> & Partial<Outgoing>) =>
    http.transport({ method: "POST", headers: {}, ...outgoing });
}

function callingOff() {
  const calledOff = new AbortController();
  return { signal: calledOff.signal, abort: () => calledOff.abort() };
}

const thrownBy = (sent: Promise<Incoming>) =>
  sent.then(
    () => "nothing was thrown",
    (thrown: unknown) => thrown,
  );

describe("a request over HTTP", () => {
  test("brings its path, headers and body, and the whole answer back", async () => {
    const server = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString();
        response.writeHead(409).write('{"big":"');
        response.write("ä".repeat(200_000));
        response.end(
          `","method":"${method}","url":"${url}","own":"${String(headers["own"])}","body":"${body}"}`,
        );
      });
    });
    const answer = await byHttp()({ url: urlOf(server), headers: { own: "1" }, body: "größe" });
    expect([answer.status, answer.ok]).toEqual([409, false]);
    expect(await answer.json()).toEqual({
      big: "ä".repeat(200_000),
      method: "POST",
      url: "/x?y=1",
      own: "1",
      body: "größe",
    });
  });

  test("uses a connection again", async () => {
    const sockets = new Set<Socket>();
    const server = await serve((request, response) => {
      sockets.add(request.socket);
      response.end("{}");
    });
    const send = byHttp();
    for (let time = 0; time < 3; time += 1)
      expect((await send({ url: urlOf(server) })).ok).toBe(true);
    expect(sockets.size).toBe(1);
  });

  test("that gets no answer fails after a while, and may have been carried out", async () => {
    const taken: string[] = [];
    const server = await serve((request) => taken.push(request.url ?? ""));
    const thrown = await thrownBy(byHttp("http:", 50)({ url: urlOf(server), body: "{}" }));
    expect(errorOf(thrown)).toMatchObject({ code: "UNAVAILABLE" });
    expect(neverSent(thrown)).toBe(false);
    expect(taken).toEqual(["/x?y=1"]);
  });

  test("for a stream lets it be silent for longer", async () => {
    const streams: ServerResponse[] = [];
    const server = await serve((request, response) => {
      if (request.headers["own"] !== "stream") return;
      response.writeHead(200, { "content-type": "text/event-stream" }).write("first");
      streams.push(response);
    });
    const send = byHttp("http:", 50);
    const { body } = await send({ url: urlOf(server), headers: { own: "stream" } });
    await thrownBy(send({ url: urlOf(server) }));
    streams[0]?.end(" and last");
    const pieces: Uint8Array[] = [];
    for await (const piece of body ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe("first and last");
  });

  test("that reached nobody is told from one that broke on the way", async () => {
    const server = await serve((request) => request.socket.destroy());
    const url = urlOf(server);
    const send = byHttp();
    expect(neverSent(await thrownBy(send({ url, body: "{}" })))).toBe(false);
    await new Promise((closed) => server.close(closed));
    expect(neverSent(await thrownBy(send({ url, body: "{}" })))).toBe(true);
  });

  test("that breaks off within its answer fails", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
    });
    expect(await thrownBy(byHttp()({ url: urlOf(server) }))).toBeInstanceOf(Error);
  });

  test("hands over a stream of events as it comes, until it is called off", async () => {
    const left = Promise.withResolvers<void>();
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      response.once("close", left.resolve);
    });
    const { signal, abort } = callingOff();
    const answer = await byHttp()({ url: urlOf(server), method: "GET", signal });
    const chunks = answer.body?.[Symbol.asyncIterator]();
    expect(answer.headers.get("Content-Type")).toBe("text/event-stream");
    expect(String((await chunks?.next())?.value)).toBe("data: 1\n\n");
    abort();
    await left.promise;
  });

  test("may be called off with the last piece of a stream", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
      setImmediate(() => response.end("data: 2\n\n"));
    });
    const { signal, abort } = callingOff();
    const answer = await byHttp()({ url: urlOf(server), method: "GET", signal });
    const read = async () => {
      for await (const piece of answer.body ?? []) if (String(piece).includes("2")) abort();
    };
    // It may end like any stream, or be cut: but not the whole process with it.
    const thrown = await read().catch((error: unknown) => error);
    expect(thrown instanceof Error || thrown === undefined).toBe(true);
  });

  test("ends when it is called off", async () => {
    const server = await serve(() => calledOff.abort());
    const calledOff = new AbortController();
    const thrown = await thrownBy(byHttp()({ url: urlOf(server), signal: calledOff.signal }));
    expect(thrown).toMatchObject({ name: "AbortError" });
  });

  test("is not sent to a server whose certificate does not hold", async () => {
    const options = { key: await tls("server-key.pem"), cert: await tls("server.pem") };
    let asked = 0;
    const secure = createTlsServer(options, () => (asked += 1)) as unknown as Server;
    const server = await listening(secure);
    const thrown = await thrownBy(byHttp("https:")({ url: urlOf(server, "https") }));
    expect(errorOf(thrown).message).toMatch(/certificate/);
    expect(asked).toBe(0);
  });
});

describe("a request over a Unix socket", () => {
  test("that its server did not ask for was not sent", async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-send-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "socket");
    // It takes the connection and ends before it takes the body.
    const silent = createSocketServer((socket) => socket.once("data", () => socket.destroy()));
    await new Promise<void>((done) => silent.listen(path, done));
    onTestFinished(async () => {
      await new Promise((closed) => silent.close(closed));
    });
    const outgoing = { url: "http://localhost/x", method: "POST", headers: {}, body: "{}" };
    expect(neverSent(await thrownBy(transportBySocket(path)(outgoing)))).toBe(true);
    expect(neverSent(await thrownBy(transportBySocket(`${path}-absent`)(outgoing)))).toBe(true);
  });
});
