import { type DomainError, type KeyId, type Result, revokeKey as revoke } from "@latchkey/core";
import type { Changed } from "../change.ts";
import type { Caller, Services } from "../services.ts";
import { updateKey } from "./update-key.ts";

/** Errors: NOT_FOUND, KEY_ALREADY_REVOKED, KEY_EXPIRED, INPUT_INVALID, FORBIDDEN, UNAUTHENTICATED. */
export async function revokeKey(
  services: Services,
  caller: Caller,
  input: { readonly id: KeyId; readonly inSeconds: number },
): Promise<Result<Changed, DomainError>> {
  return updateKey(services, caller, input.id, (key, decision) => revoke(key, input, decision));
}
