import {
  type ErrorOf,
  judge,
  ok,
  parseRequiredScopes,
  PresentedToken,
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
  const token = PresentedToken.parse(input.token);
  if (token === null) return ok(refuseNoToken(services));
  const known = verifyAtOnce(services, token, required.value);
  return ok(known ?? (await verifyUnknown(services, token, required.value)));
}

/** The outcome for what is not a token, before any lookup. */
export function refuseNoToken({ tally }: Pick<Services, "tally">): VerifyOutcome {
  tally.verifications.NOT_FOUND += 1;
  return { outcome: "NOT_FOUND" };
}

/**
 * The outcome, if memory is enough to decide it; else `undefined`.
 *
 * @param requiredScopes as accepted by `parseRequiredScopes`
 */
export function verifyAtOnce(
  services: Services,
  token: PresentedToken,
  requiredScopes: readonly string[],
): VerifyOutcome | undefined {
  const found = services.keys.peek(token);
  return found === undefined ? undefined : judgeFound(services, found, requiredScopes);
}

/** The outcome for a token that memory does not know. May throw `Outage`. */
export async function verifyUnknown(
  services: Services,
  token: PresentedToken,
  requiredScopes: readonly string[],
): Promise<VerifyOutcome> {
  return judgeFound(services, await services.keys.find(token), requiredScopes);
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
