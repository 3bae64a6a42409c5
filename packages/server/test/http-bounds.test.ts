import { connect, type Socket } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import type { Bounds } from "../src/start/listen.ts";
import { postgresql } from "@latchkey/testing/database/engines";
import { onEngine, signIn } from "./installation.ts";
import { listenInTest } from "./listener.ts";
import { until } from "@latchkey/testing/until";

// What a client may take of a server's time and connections. One engine: none of it is the database's.

const BODY = '{"title":"Deploy"}';
const HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/** A connection on which a test writes byte by byte. */
class Line {
  readonly socket: Socket;
  heard = "";
  isOpen = true;

  constructor(url: string) {
    this.socket = connect(Number(new URL(url).port), "127.0.0.1");
    this.socket.on("data", (chunk) => (this.heard += chunk.toString()));
    this.socket.on("error", () => {});
    this.socket.on("close", () => (this.isOpen = false));
  }

  says(text: string): void {
    this.socket.write(text);
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard.includes(text));
  }

  async isCut(): Promise<string> {
    await until(() => !this.isOpen);
    return this.heard;
  }
}

onEngine(postgresql, (latchkey) => {
  const serve = async (bounds: Partial<Bounds>) => {
    const lines: string[] = [];
    // Of requests alone: the feed tells when it is live, whenever that is.
    const write = (line: string) => {
      if (JSON.parse(line).msg === "request") lines.push(line);
    };
    const log = pino({ level: "info" }, { write });
    const listener = await listenInTest(latchkey().services, { bounds, log });
    // A machine that has no time may also log that the feed lost touch.
    const requests = () =>
      lines.map((text) => JSON.parse(text)).filter(({ msg }) => msg === "request");
    return { ...listener, requests, line: () => new Line(listener.url) };
  };
  const head = async (length: number) => {
    const { token } = await signIn(latchkey(), latchkey().admin);
    return [
      "POST /trpc/keys.create HTTP/1.1",
      "Host: localhost",
      "Content-Type: application/json",
      `Authorization: Bearer ${token}`,
      // So that the answer tells when the server has it.
      "Expect: 100-continue",
      `Content-Length: ${length}`,
      "\r\n",
    ].join("\r\n");
  };

  test("who is slow with the headers, or sends none at all, is cut off", async () => {
    const server = await serve({ headersMs: 100, requestMs: 60_000 });
    const silent = server.line();
    const slow = server.line();
    slow.says("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
    expect(await slow.isCut()).toMatch(/^HTTP\/1\.1 408 /);
    await silent.isCut();
  });

  test("who trickles the headers is cut off all the same", async () => {
    const server = await serve({ headersMs: 100, requestMs: 60_000 });
    const slow = server.line();
    slow.says("GET /healthz HTTP/1.1\r\nX-Slow: ");
    const trickle = setInterval(() => slow.isOpen && slow.says("y"), 5);
    expect(await slow.isCut()).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(trickle);
  });

  /** A connection on which a change is under way, its body begun. */
  const begin = async (server: Awaited<ReturnType<typeof serve>>, isChunked = false) => {
    const line = server.line();
    const whole = await head(BODY.length);
    line.says(
      isChunked ? whole.replace(/Content-Length: \d+/, "Transfer-Encoding: chunked") : whole,
    );
    await line.hears("100 Continue");
    line.says(isChunked ? '5\r\n{"tit\r\n' : BODY.slice(0, 5));
    return line;
  };
  const seq = async () => (await latchkey().services.store.readHead()).seq;

  test("who is slow with the body is cut off, and nothing comes of the request", async () => {
    const server = await serve({ headersMs: 100, requestMs: 200 });
    const slow = await begin(server);
    await slow.isCut();
    await until(() => server.requests().length > 0);
    expect(server.requests().map(({ status }) => status)).toEqual([499]);
    expect(await seq()).toBe(0);
  });

  test("who hangs up in the midst of a body leaves no defect, and no outage, in the log", async () => {
    const server = await serve({});
    for (const isChunked of [false, true]) (await begin(server, isChunked)).socket.destroy();
    await until(() => server.requests().length === 2);
    const logged = server.requests().map(({ status, failures }) => ({ status, failures }));
    expect(logged).toEqual([
      { status: 499, failures: undefined },
      { status: 499, failures: undefined },
    ]);
    expect(await seq()).toBe(0);
  });

  test("there are no more connections than may be, and one that ends makes room", async () => {
    const server = await serve({ connections: 2 });
    const [one, two] = [server.line(), server.line()];
    for (const line of [one, two]) {
      line.says(HEALTH);
      await line.hears('{"ok":true}');
    }
    const third = server.line();
    third.says(HEALTH);
    expect(await third.isCut()).toBe("");
    one.socket.destroy();
    await until(async () => {
      const next = server.line();
      next.says(HEALTH);
      await until(() => next.heard.includes('{"ok":true}') || !next.isOpen);
      return next.isOpen;
    });
    expect(two.isOpen).toBe(true);
  });

  test("a connection that idles is closed", async () => {
    const server = await serve({ keepAliveMs: 50 });
    const line = server.line();
    line.says(HEALTH);
    expect(await line.isCut()).toContain('{"ok":true}');
  });

  test("a server that stops answers what is under way, closes the rest, and takes nothing new", async () => {
    const server = await serve({});
    const idle = server.line();
    idle.says(HEALTH);
    await idle.hears('{"ok":true}');
    const busy = await begin(server);
    const stopped = server.close();
    await idle.isCut();
    busy.says(BODY.slice(5));
    expect(await busy.isCut()).toContain("HTTP/1.1 200 ");
    await stopped;
    expect(await seq()).toBe(1);
    expect(await server.line().isCut()).toBe("");
  });

  test("a server that stops does not wait for a client that never ends its request", async () => {
    const server = await serve({ drainMs: 100 });
    const busy = await begin(server);
    await server.close();
    expect(await busy.isCut()).not.toContain("HTTP/1.1 200 ");
  });

  test("a port in use is a refusal to start that says what to do", async () => {
    const server = await serve({});
    const port = Number(new URL(server.url).port);
    await expect(listenInTest(latchkey().services, { port })).rejects.toMatchObject({
      name: "StartRefused",
      code: "UNAVAILABLE",
      message: `Port ${port} of 127.0.0.1 is in use. Stop what uses it, or choose another with LATCHKEY_PORT.`,
    });
  });

  test("an address that is none of this machine is a refusal to start that says what to do", async () => {
    for (const host of ["192.0.2.1", "latchkey.invalid"]) {
      await expect(listenInTest(latchkey().services, { host })).rejects.toMatchObject({
        name: "StartRefused",
        message: `${host} is not an address of this machine. Fix LATCHKEY_HOST.`,
      });
    }
  });
});
