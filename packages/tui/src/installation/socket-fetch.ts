import { request as httpRequest } from "node:http";

/**
 * Carries requests over a Unix socket, each on a connection of its own: a failure to connect then
 * proves that nothing was sent. The whole answer is read before it is given.
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
          headers: { ...Object.fromEntries(request.headers), "content-length": body.byteLength },
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
      outgoing.once("error", failed);
      outgoing.end(body);
    });
  };
}
