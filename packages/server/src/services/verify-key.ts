import {
  type ErrorOf,
  isToken,
  judge,
  ok,
  parseRequiredScopes,
  type Result,
  type VerifyOutcome,
} from "@latchkey/core";
import type { Found } from "./known-keys.ts";
import type { Services } from "./services.ts";

/** Whether a presented token passes. What is no token is refused before any lookup. Error: SCOPE_INVALID. */
export async function verifyKey(
  services: Services,
  input: { readonly token: string; readonly scopes: readonly string[] | undefined },
): Promise<Result<VerifyOutcome, ErrorOf<"SCOPE_INVALID">>> {
  const required = parseRequiredScopes(input.scopes);
  if (!required.ok) return required;
  const quick = verifyAtOnce(services, input.token, required.value);
  if (quick !== undefined) return ok(quick);
  return ok(judgeFound(await services.keys.find(input.token), required.value));
}

/**
 * The outcome, where it follows from memory alone; else `undefined`.
 *
 * @param requiredScopes as accepted by `parseRequiredScopes`
 */
export function verifyAtOnce(
  { keys }: Services,
  token: string,
  requiredScopes: readonly string[],
): VerifyOutcome | undefined {
  if (!isToken(token)) return { outcome: "NOT_FOUND" };
  const found = keys.peek(token);
  return found === undefined ? undefined : judgeFound(found, requiredScopes);
}

function judgeFound({ key, now }: Found, requiredScopes: readonly string[]): VerifyOutcome {
  return judge(key, requiredScopes, now);
}
