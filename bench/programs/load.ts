import { connect } from "node:net";
import { quantileOf } from "../figure.ts";
import { answerParent } from "../program.ts";

// Asks a server over HTTP as fast as it answers: each connection sends its next request when the answer to
// the one before has come. Requests are bytes made beforehand, and of an answer no more is read than where
// it ends, so that the server is what is measured.

export type Load = {
  readonly url: string;
  /** Connection `n` begins with the request `n`, and goes on in steps of the number of connections. */
  readonly requests: readonly Request[];
  readonly connections: number;
  readonly seconds: number;
};

type Request = {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent by POST; without one it is a GET. */
  readonly body?: string;
};

export type Loaded = {
  readonly perSecond: number;
  /** How many answers there were of each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

answerParent(load);

async function load({ url, requests, connections, seconds }: Load): Promise<Loaded> {
  const { hostname, port, host } = new URL(url);
  const bytes = requests.map((request) => bytesOf(request, host));
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const until = performance.now() + seconds * 1000;
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, (_, at) => converse(at)));
  const elapsed = (performance.now() - started) / 1000;
  return {
    perSecond: latencies.length / elapsed,
    statuses,
    p50Ms: quantileOf(latencies, 0.5),
    p99Ms: quantileOf(latencies, 0.99),
  };

  function converse(at: number): Promise<void> {
    return new Promise((done, failed) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let next = at % bytes.length;
      let sentAt = 0;
      let heard: Buffer | null = null;
      const send = () => {
        sentAt = performance.now();
        socket.write(bytes[next] as Buffer);
        next = (next + connections) % bytes.length;
      };
      socket.once("connect", send);
      socket.once("error", failed);
      socket.once("close", () => failed(new Error("the server closed a connection")));
      socket.on("data", (chunk: Buffer) => {
        heard = heard === null ? chunk : Buffer.concat([heard, chunk]);
        if (!isWhole(heard)) return;
        const status = heard.toString("latin1", 9, 12);
        heard = null;
        statuses[status] = (statuses[status] ?? 0) + 1;
        const now = performance.now();
        latencies.push(now - sentAt);
        if (now < until) send();
        else {
          socket.removeAllListeners("close").destroy();
          done();
        }
      });
    });
  }
}

function bytesOf({ path, headers = {}, body }: Request, host: string): Buffer {
  const sent = {
    host,
    ...headers,
    ...(body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  const method = body === undefined ? "GET" : "POST";
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`);
}

function isWhole(heard: Buffer): boolean {
  const headEnd = heard.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(heard.toString("latin1", 0, headEnd))?.[1];
  if (length !== undefined) return heard.length >= headEnd + HEAD_END.length + Number(length);
  return heard.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}
