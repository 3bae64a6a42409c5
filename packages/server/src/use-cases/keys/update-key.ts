import {
  type Change,
  type Decision,
  type DomainError,
  type Key,
  type KeyId,
  ok,
  type Result,
} from "@latchkey/core";
import { type Changed, changeKey, type Write } from "../change.ts";
import type { Caller, Services } from "../services.ts";

/** Applies one of core's transitions to one key. Errors: NOT_FOUND, UNAUTHENTICATED, the transition's. */
export async function updateKey(
  services: Services,
  caller: Caller,
  id: KeyId,
  transition: (key: Key, decision: Decision) => Result<Change, DomainError>,
): Promise<Result<Changed, DomainError>> {
  const changed = await changeKey<[Write]>(services, caller, id, ({ key, ...decision }) => {
    const next = transition(key, decision);
    return next.ok ? ok([{ kind: "update", ...next.value }]) : next;
  });
  if (!changed.ok) return changed;
  return ok(changed.value[0]);
}
