import type { VerifyOutcome } from "@latchkey/core";
import { presentedToken } from "./presented-token.ts";
import { failureRefusal, NOTHING_PRESENTED, type Refusal, refusalOf } from "./refusal.ts";
import { LocalFailure } from "./call-error.ts";

// From a request to whose key it presents, or to the answer that refuses it.

/** A web-standard `Request`, or whatever else has such headers. */
export type Authenticating = { readonly headers: Headers };

/** Whose key a request presents. */
export type Authenticated = Extract<VerifyOutcome, { outcome: "VALID" }>;

/**
 * The key in `Authorization` (Bearer, or Basic with the token as user) or `X-Api-Key`; two different
 * ones are none. The `Response` is 401, 403, or 503 where nobody can tell (RFC 6750, section 3).
 *
 * @throws LocalFailure SCOPE_INVALID for scopes that can't be required
 */
export async function authenticate(
  verify: (token: string, scopes: readonly string[]) => Promise<VerifyOutcome>,
  { headers }: Authenticating,
  scopes: readonly string[],
): Promise<Authenticated | Response> {
  const token = presentedToken(headers.get("authorization"), headers.get("x-api-key"));
  if (token === null) return toResponse(NOTHING_PRESENTED);
  try {
    const outcome = await verify(token, scopes);
    return outcome.outcome === "VALID" ? outcome : toResponse(refusalOf(outcome, scopes));
  } catch (error) {
    // A mistake in the program that asks, which no caller can mend.
    if (error instanceof LocalFailure && error.error.code === "SCOPE_INVALID") throw error;
    return toResponse(failureRefusal({ code: "UNAVAILABLE", why: "unreachable" }));
  }
}

function toResponse({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
