import {
  type ErrorOf,
  isToken,
  judge,
  ok,
  parseRequiredScopes,
  type Result,
  type VerifyOutcome,
} from "@latchkey/core";
import type { Found } from "../../verification/known-keys.ts";
import type { Services } from "../services.ts";

/** Whether a presented token is valid. What is not a token is refused before any lookup. Error: SCOPE_INVALID. */
export async function verifyKey(
  services: Services,
  input: { readonly token: string; readonly scopes?: readonly string[] | undefined },
): Promise<Result<VerifyOutcome, ErrorOf<"SCOPE_INVALID">>> {
  const required = parseRequiredScopes(input.scopes);
  if (!required.ok) return required;
  const quick = verifyAtOnce(services, input.token, required.value);
  if (quick !== undefined) return ok(quick);
  return ok(judgeFound(services, await services.keys.find(input.token), required.value));
}

/**
 * The outcome, if memory is enough to decide it; else `undefined`.
 *
 * @param requiredScopes as accepted by `parseRequiredScopes`
 */
export function verifyAtOnce(
  services: Services,
  token: string,
  requiredScopes: readonly string[],
): VerifyOutcome | undefined {
  if (!isToken(token)) {
    services.tally.verifications.NOT_FOUND += 1;
    return { outcome: "NOT_FOUND" };
  }
  const found = services.keys.peek(token);
  return found === undefined ? undefined : judgeFound(services, found, requiredScopes);
}

function judgeFound(
  { use, tally }: Services,
  { key, now }: Found,
  requiredScopes: readonly string[],
): VerifyOutcome {
  const verdict = judge(key, requiredScopes, now);
  const { outcome } = verdict;
  tally.verifications[outcome] += 1;
  if (key !== null) use.record({ key, outcome, at: now });
  return verdict;
}
