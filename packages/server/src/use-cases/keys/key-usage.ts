import { type ErrorOf, err, type KeyId, ok, type Result, seesOwner } from "@latchkey/core";
import type { KeyHour } from "../../store/port/uses.ts";
import type { Caller, Services } from "../services.ts";
import { HOUR_MS } from "../../usage/use-counts.ts";

export type KeyUsage = {
  /** The start of the first requested hour, and the end of the last. */
  readonly from: Date;
  readonly to: Date;
  readonly hours: readonly KeyHour[];
};

/**
 * How a key was used, hour by hour, over some days up to and including the current hour. Counts in the servers'
 * memory are not included. Error: NOT_FOUND, also for a key of somebody else.
 */
export async function keyUsage(
  { store }: Services,
  { principal }: Caller,
  { id, days }: { readonly id: KeyId; readonly days: number },
): Promise<Result<KeyUsage, ErrorOf<"NOT_FOUND">>> {
  const view = await store.readKey(id);
  if (view === null || !seesOwner(principal, view.key.ownerId)) return err({ code: "NOT_FOUND" });
  const now = (await store.now()).getTime();
  const to = new Date(now - (now % HOUR_MS) + HOUR_MS);
  const from = new Date(to.getTime() - days * 24 * HOUR_MS);
  const hours = (await store.readUses(id, from)).filter(({ hour }) => hour < to);
  return ok({ from, to, hours });
}
