import { type DomainError, type KeyId, type Result, renameKey as rename } from "@latchkey/core";
import type { Changed } from "../change.ts";
import type { Caller, Services } from "../services.ts";
import { updateKey } from "./update-key.ts";

/** Errors: NOT_FOUND, TITLE_INVALID, CONFLICT, UNAUTHENTICATED. */
export async function renameKey(
  services: Services,
  caller: Caller,
  input: { readonly id: KeyId; readonly title: string; readonly revision?: number | undefined },
): Promise<Result<Changed, DomainError>> {
  return updateKey(services, caller, input.id, (key, decision) => rename(key, input, decision));
}
