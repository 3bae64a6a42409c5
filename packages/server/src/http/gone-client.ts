import type { IncomingMessage } from "node:http";

/** What logs tell of a request whose client left (as nginx has it): no answer was sent. */
export const CLIENT_LEFT = 499;

/**
 * Whether the client went away in the midst of its request. What fails then is no defect, and the
 * connection's end none of the database's.
 *
 * @param env of a request over HTTP, with Node's own request in it
 */
export function hasLeft(env: unknown): boolean {
  const { incoming } = (env ?? {}) as { incoming?: IncomingMessage };
  return incoming !== undefined && incoming.errored !== null;
}
