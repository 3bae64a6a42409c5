import type { Server } from "node:http";

/** How often connections are closed that have become idle: Node closes only those that were idle at first. */
const LOOK_MS = 50;

/**
 * Accepts no more connections and answers the requests under way.
 *
 * @param drainMs how long they may take at most; then their connections are destroyed
 */
export async function stopServer(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  // Later requests on an open connection are answered too, with `Connection: close` (RFC 9112, 9.6).
  server.prependListener("request", (_, response) => response.setHeader("connection", "close"));
  const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const impatient = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(look);
  clearTimeout(impatient);
}
