import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A way to PostgreSQL on which a test makes things go wrong. */
export type DatabaseLink = {
  readonly url: string;
  /** Lets nothing through any more, either way, and closes nothing. */
  freeze: () => void;
  /** Lets go on whatever the frozen link held back. */
  thaw: () => void;
  /** Breaks every connection now. */
  breakAll: () => void;
  /** Breaks a connection when `text` is under way on it, before it arrives. */
  breakBefore: (text: string | null) => void;
  /** Breaks each connection at its answer of this number, which does not arrive. */
  breakAtAnswer: (number: number | null) => void;
  /** Freezes when `text` has gone through, before its answer. */
  freezeAfter: (text: string) => void;
  /** Connections so far, and how many of them asked for TLS. */
  readonly seen: { connections: number; tls: number };
  readonly close: () => Promise<void>;
};

/** The statement as it goes over the wire: no other holds its end. */
export const COMMIT = "commit\0";

/** @param tls answers the question for TLS with yes, and ends it here; key and certificate in PEM */
export async function openLink(
  to: string,
  { tls }: { readonly tls?: { readonly key: Buffer; readonly cert: Buffer } } = {},
): Promise<DatabaseLink> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const seen = { connections: 0, tls: 0 };
  let isFrozen = false;
  let breakText: string | null = null;
  let freezeText: string | null = null;
  let lastAnswer: number | null = null;

  const setFrozen = (frozen: boolean) => {
    isFrozen = frozen;
    for (const socket of sockets) {
      if (frozen) socket.pause();
      else socket.resume();
    }
  };
  const join = (near: Socket, first: Buffer | null) => {
    const far = connect(Number(target.port), target.hostname);
    if (first !== null) far.write(first);
    near.on("data", (chunk: Buffer) => {
      if (breakText !== null && chunk.includes(breakText)) {
        near.destroy();
        return;
      }
      far.write(chunk);
      if (freezeText === null || !chunk.includes(freezeText)) return;
      freezeText = null;
      setFrozen(true);
    });
    let answers = 0;
    far.on("data", (chunk: Buffer) => {
      answers += 1;
      if (answers === lastAnswer) near.destroy();
      else near.write(chunk);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      if (isFrozen) socket.pause();
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  };
  const server = createServer((near) => {
    seen.connections += 1;
    near.on("error", () => {});
    if (tls === undefined) return join(near, null);
    near.once("data", (first: Buffer) => {
      if (first.length !== 8 || first.readInt32BE(4) !== 80877103) return join(near, first);
      seen.tls += 1;
      near.write("S");
      join(new TLSSocket(near, { isServer: true, ...tls }), null);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    breakAll,
    breakBefore: (text) => {
      breakText = text;
    },
    breakAtAnswer: (number) => {
      lastAnswer = number;
    },
    freezeAfter: (text) => {
      freezeText = text;
    },
    seen,
    close: async () => {
      breakAll();
      await new Promise((closed) => server.close(closed));
    },
  };
}
