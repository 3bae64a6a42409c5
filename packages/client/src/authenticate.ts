import type { VerifyOutcome } from "@latchkey/core";
import { presentedToken } from "./presented-token.ts";
import { failureRefusal, NOTHING_PRESENTED, type Refusal, refusalOf } from "./refusal.ts";
import { LocalFailure } from "./call-error.ts";

// Turns a request into the identity of its key, or into the response that refuses it.

/** A web-standard `Request`, or anything else with such headers. */
export type Authenticating = { readonly headers: Headers };

/** Whose key a request presents. */
export type Authenticated = Extract<VerifyOutcome, { outcome: "VALID" }>;

/**
 * The key in `Authorization` (Bearer, or Basic with the token as user) or `X-Api-Key`; two different
 * ones count as none. The `Response` is 401, 403, or 503 if the key can't be checked (RFC 6750, section 3).
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
    // A mistake in the calling program, which its clients can't fix.
    if (error instanceof LocalFailure && error.error.code === "SCOPE_INVALID") throw error;
    return toResponse(failureRefusal({ code: "UNAVAILABLE", why: "unreachable" }));
  }
}

function toResponse({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
