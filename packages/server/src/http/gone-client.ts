import type { IncomingMessage } from "node:http";

/** The status in logs of a request whose client disconnected (as in nginx): no response was sent. */
export const CLIENT_LEFT = 499;

/**
 * Whether the client disconnected during its request. A failure is then no defect, and the end of the
 * connection is not the database's.
 *
 * @param env of a request over HTTP, with Node's own request in it
 */
export function hasLeft(env: unknown): boolean {
  const { incoming } = (env ?? {}) as { incoming?: IncomingMessage };
  return incoming !== undefined && incoming.errored !== null;
}
