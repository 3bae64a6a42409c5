import { connect } from "node:net";
import { answerParent } from "../program.ts";

// Asks a server over HTTP as fast as it answers: each connection sends its next request when the answer to
// the one before has come. Of an answer no more is read than where it ends, so that the server is what is
// measured.

export type Load = {
  readonly url: string;
  /** The same each time, but for the token in it. */
  readonly request: Request;
  /**
   * One behind the other, since a million texts would cost this process more than the server it asks.
   * Connection `n` begins with the token `n`, and goes on in steps of the connections.
   */
  readonly tokens: Uint8Array;
  /** Of each token, in bytes. */
  readonly tokenLength: number;
  readonly connections: number;
  /** By default until each token was sent once. */
  readonly seconds?: number;
};

/** Stands for the token, once in each request. */
export const TOKEN = "{token}";

export type Request = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST; without one it is a GET. */
  readonly body?: string;
};

export type Loaded = {
  readonly perSecond: number;
  /** How many answers there were of each status. */
  readonly statuses: Readonly<Record<string, number>>;
};

const HEAD_END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("\r\n0\r\n\r\n");

answerParent(load);

async function load(asked: Load): Promise<Loaded> {
  const { url, request, connections, seconds, tokenLength } = asked;
  const { hostname, port, host } = new URL(url);
  const tokens = Buffer.from(asked.tokens.buffer, asked.tokens.byteOffset, asked.tokens.length);
  const count = tokens.length / tokenLength;
  const token = (at: number) => {
    const from = (at % count) * tokenLength;
    return tokens.toString("latin1", from, from + tokenLength);
  };
  const [before = "", after = ""] = textOf(request, host, token(0)).split(TOKEN);
  const statuses: Record<string, number> = {};
  let answers = 0;
  const started = performance.now();
  const until = seconds === undefined ? null : started + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, (_, at) => converse(at)));
  return { perSecond: answers / ((performance.now() - started) / 1000), statuses };

  function converse(at: number): Promise<void> {
    return new Promise((done, failed) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let next = at;
      let heard: Buffer | null = null;
      const send = () => {
        socket.write(before + token(next) + after, "latin1");
        next += connections;
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
        answers += 1;
        if (until === null ? next < count : performance.now() < until) send();
        else {
          socket.removeAllListeners("close").destroy();
          done();
        }
      });
    });
  }
}

function textOf({ path, headers, body }: Request, host: string, token: string): string {
  const length = Buffer.byteLength(body?.replace(TOKEN, token) ?? "");
  const sent = {
    host,
    ...headers,
    ...(body === undefined
      ? {}
      : { "content-type": "application/json", "content-length": String(length) }),
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  const method = body === undefined ? "GET" : "POST";
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
}

function isWhole(heard: Buffer): boolean {
  const headEnd = heard.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(heard.toString("latin1", 0, headEnd))?.[1];
  if (length !== undefined) return heard.length >= headEnd + HEAD_END.length + Number(length);
  return heard.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
}
