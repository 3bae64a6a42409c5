import { connect } from "node:net";

// The client side of the measurements over HTTP, in a process of its own: so many connections, each
// sending its next request when the answer to the last is there. It does as little else as it can.

export type Load = {
  readonly port: number;
  /** What stands before and after the token in each request. */
  readonly before: string;
  readonly after: string;
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly milliseconds: number;
  /** Every answer must have it. */
  readonly status: number;
};

export type LoadResult = { readonly perSecond: number; readonly wrong: number };

if (process.send !== undefined) {
  process.on("message", (load: Load) => {
    void run(load).then((result) => process.send?.(result));
  });
}

async function run(load: Load): Promise<LoadResult> {
  const started = performance.now();
  const until = started + load.milliseconds;
  const counts = { right: 0, wrong: 0, next: 0 };
  await Promise.all(Array.from({ length: load.connections }, () => drive(load, until, counts)));
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: counts.right / seconds, wrong: counts.wrong };
}

function drive(
  { port, before, after, tokens, status }: Load,
  until: number,
  counts: { right: number; wrong: number; next: number },
): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const wanted = ` ${status} `;
    let pending = "";
    const send = () => {
      const token = tokens[counts.next % tokens.length] ?? "";
      counts.next += 1;
      socket.write(before + token + after);
    };
    socket.on("connect", send);
    socket.on("error", failed);
    socket.on("close", () => done());
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      pending += chunk;
      const bodyAt = pending.indexOf("\r\n\r\n") + 4;
      if (bodyAt < 4 || pending.length < bodyAt + lengthOf(pending, bodyAt)) return;
      if (pending.startsWith(wanted, 8)) counts.right += 1;
      else counts.wrong += 1;
      pending = "";
      if (performance.now() < until) send();
      else socket.end();
    });
  });
}

function lengthOf(answer: string, bodyAt: number): number {
  const match = /\r\ncontent-length: (\d+)\r\n/i.exec(answer.slice(0, bodyAt));
  return Number(match?.[1] ?? 0);
}
