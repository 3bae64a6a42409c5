import { LocalFailure } from "./call-error.ts";
import type { Incoming, Outgoing } from "./transport.ts";

// Whether a response is from Latchkey. Only then it is trusted; anything else is reported by its status.

/**
 * What tRPC reads of a response.
 *
 * @throws LocalFailure UNAVAILABLE for a response from something else; errors of the connection as they are
 */
export async function readAnswer({ url }: Outgoing, answer: Incoming): Promise<unknown> {
  const other = otherAnswer(url, answer);
  const type = answer.headers.get("content-type") ?? "";
  if (answer.redirected === true || !/^application\/json\b/i.test(type)) throw other;
  try {
    const json = await answer.json();
    if ((Array.isArray(json) ? json : [json]).every(isEnvelope)) return json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw other;
}

/** An answer that is not Latchkey's. */
export function otherAnswer(url: string, { status, headers }: Incoming): LocalFailure {
  const [contentType = null] = /^[\w.+-]+\/[\w.+-]+/.exec(headers.get("content-type") ?? "") ?? [];
  const answer = { address: new URL(url).origin, status, contentType };
  return new LocalFailure({ code: "UNAVAILABLE", why: "not_latchkey", answer });
}

/** `{ result: { data } }` or `{ error: { data } }`, as tRPC has it. */
function isEnvelope(json: unknown): boolean {
  const { result, error } = (json ?? {}) as { result?: unknown; error?: { data?: unknown } };
  return isObject(result) || (isObject(error) && isObject(error.data));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
