import { type ErrorOf, err, type KeyId, ok, type Result, seesOwner } from "@latchkey/core";
import type { Changed } from "../change.ts";
import type { Caller, Services } from "../services.ts";

/** Error: NOT_FOUND, also for a key of somebody else. */
export async function getKey(
  { store }: Services,
  { principal }: Caller,
  input: { readonly id: KeyId },
): Promise<Result<Changed, ErrorOf<"NOT_FOUND">>> {
  const view = await store.readKey(input.id);
  if (view === null || !seesOwner(principal, view.key.ownerId)) return err({ code: "NOT_FOUND" });
  return ok({ view, now: await store.now() });
}
