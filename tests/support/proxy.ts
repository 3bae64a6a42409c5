import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A proxy in front of a server, which keeps what it saw of each request but its body. */
export type Proxy = {
  readonly port: number;
  readonly seen: { readonly url: string; readonly headers: IncomingMessage["headers"] }[];
};

/** Plain HTTP, or TLS with a certificate, both in PEM. */
export async function startProxy(
  to: string,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<Proxy> {
  const seen: Proxy["seen"] = [];
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method, headers, url = "" } = incoming;
    seen.push({ url, headers });
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
  return { port: (proxy.address() as AddressInfo).port, seen };
}
