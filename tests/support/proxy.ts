import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A proxy in front of a server, which keeps what it saw of each request but its body. */
export type Proxy = {
  readonly port: number;
  readonly seen: { readonly url: string; readonly headers: IncomingMessage["headers"] }[];
  /** Keeps requests back whose URL holds this, until what it gives is called. */
  readonly hold: (part: string) => () => void;
};

/** Plain HTTP, or TLS with a certificate, both in PEM. */
export async function startProxy(
  to: string,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<Proxy> {
  const seen: Proxy["seen"] = [];
  const holds: { readonly part: string; readonly released: Promise<void> }[] = [];
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    const { headers, url = "" } = incoming;
    seen.push({ url, headers });
    const held = holds.find(({ part }) => url.includes(part));
    if (held === undefined) handOn(incoming, answer);
    else void held.released.then(() => handOn(incoming, answer));
  };
  const handOn = (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method, headers, url = "" } = incoming;
    const outgoing = request(new URL(url, to), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.once("error", () => answer.destroy());
    incoming.pipe(outgoing);
  };
  const proxy = tls === undefined ? createServer(pass) : createTlsServer(tls, pass);
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", () => listening()));
  onTestFinished(async () => {
    proxy.closeAllConnections();
    await new Promise((closed) => proxy.close(closed));
  });
  const hold = (part: string) => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    holds.push({ part, released });
    return release;
  };
  return { port: (proxy.address() as AddressInfo).port, seen, hold };
}
