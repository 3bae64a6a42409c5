import {
  cancelRevocation as cancel,
  type DomainError,
  type KeyId,
  type Result,
} from "@latchkey/core";
import type { Changed } from "../change.ts";
import type { Caller, Services } from "../services.ts";
import { updateKey } from "./update-key.ts";

/** Errors: NOT_FOUND, REVOCATION_NOT_SCHEDULED, KEY_EXPIRED, KEY_ALREADY_REVOKED, FORBIDDEN. */
export async function cancelRevocation(
  services: Services,
  caller: Caller,
  input: { readonly id: KeyId },
): Promise<Result<Changed, DomainError>> {
  return updateKey(services, caller, input.id, cancel);
}
