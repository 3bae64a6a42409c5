import { type ErrorOf, err, type KeyId, ok, type Result, seesOwner } from "@latchkey/core";
import type { KeyHour } from "../../store/port/uses.ts";
import type { Caller, Services } from "../services.ts";
import { HOUR_MS } from "../../usage/use-counts.ts";

export type KeyUsage = {
  /** Of the hours asked for: the first one's beginning, and the last one's end. */
  readonly from: Date;
  readonly to: Date;
  readonly hours: readonly KeyHour[];
};

/**
 * How a key was used, hour by hour, over so many days up to and with the hour that runs. What servers
 * still hold in memory is not in it. Error: NOT_FOUND, the same for a key that is another's.
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
