import type { Server } from "node:http";

/** How often connections are closed that have become idle: Node keeps those that were busy at first. */
const LOOK_MS = 50;

/**
 * Takes no more requests and answers those under way.
 *
 * @param drainMs how long they may take at most; then their connections are broken off
 */
export async function stopServer(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  // What still comes over an open connection is answered too, and told to be its last (RFC 9112, 9.6).
  server.prependListener("request", (_, response) => response.setHeader("connection", "close"));
  const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const impatient = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(look);
  clearTimeout(impatient);
}
