import {
  digestToken,
  type ErrorOf,
  judge,
  ok,
  parseRequiredScopes,
  parseToken,
  type Result,
  type VerifyOutcome,
} from "@latchkey/core";
import type { Services } from "./services.ts";

/** Whether a presented token passes. What is no token is refused before any lookup. Error: SCOPE_INVALID. */
export async function verifyKey(
  { store, pepper }: Services,
  input: { readonly token: string; readonly scopes: readonly string[] | undefined },
): Promise<Result<VerifyOutcome, ErrorOf<"SCOPE_INVALID">>> {
  const required = parseRequiredScopes(input.scopes);
  if (!required.ok) return required;
  if (parseToken(input.token) === null) return ok({ outcome: "NOT_FOUND" });
  const found = await store.findByDigest(digestToken(pepper, input.token));
  if (found === null) return ok({ outcome: "NOT_FOUND" });
  return ok(judge(found.record, required.value, found.now));
}
