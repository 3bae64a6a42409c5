import { type DomainError, type KeyId, ok, type Result, deleteKey as remove } from "@latchkey/core";
import { changeKey, type Write } from "../change.ts";
import type { Caller, Services } from "../services.ts";

/** Errors: NOT_FOUND, KEY_NOT_REVOKED, UNAUTHENTICATED. */
export async function deleteKey(
  services: Services,
  caller: Caller,
  input: { readonly id: KeyId },
): Promise<Result<{ id: KeyId }, DomainError>> {
  const changed = await changeKey<[Write]>(services, caller, input.id, ({ key, ...decision }) => {
    const event = remove(key, decision);
    return event.ok ? ok([{ kind: "delete", key, event: event.value }]) : event;
  });
  return changed.ok ? ok({ id: input.id }) : changed;
}
