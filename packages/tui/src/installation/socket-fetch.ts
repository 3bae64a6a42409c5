import { request as httpRequest } from "node:http";
import { NotSent } from "@latchkey/server/client";

/**
 * Carries requests over a Unix socket, each on a connection of its own. The body waits for the
 * server's `100 Continue` (RFC 9110, 10.1.1): whatever fails before it throws `NotSent`, since then
 * nothing can have happened. The whole answer is read before it is given.
 */
export function socketFetch(socketPath: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const body = Buffer.from(await request.arrayBuffer());
    const { pathname, search } = new URL(request.url);
    return new Promise((answered, failed) => {
      const outgoing = httpRequest(
        {
          socketPath,
          agent: false,
          path: pathname + search,
          method: request.method,
          headers: {
            ...Object.fromEntries(request.headers),
            "content-length": body.byteLength,
            expect: "100-continue",
          },
          signal: request.signal,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.once("error", failed);
          incoming.once("end", () => {
            const headers = Object.entries(incoming.headers).map(
              ([name, value]): [string, string] => [name, String(value)],
            );
            answered(
              new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 500, headers }),
            );
          });
        },
      );
      let sent = false;
      outgoing.once("continue", () => {
        sent = true;
        outgoing.end(body);
      });
      outgoing.once("error", (error) => failed(sent ? error : new NotSent(error)));
      outgoing.flushHeaders();
    });
  };
}
