import type { Server } from "node:http";

const SWEEP_MS = 20;

/**
 * Takes no more connections, answers what is under way, then ends. Node closes what is idle at that
 * moment; a connection that its client keeps open for later is idle only once it was answered.
 *
 * @param patienceMs how long requests under way are waited for; then they are cut off
 */
export async function closeServer(server: Server, patienceMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  // What still comes over an open connection is answered too, and told to be its last (RFC 9112, 9.6).
  server.prependListener("request", (_, response) => response.setHeader("connection", "close"));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const impatient = setTimeout(() => server.closeAllConnections(), patienceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(impatient);
}
