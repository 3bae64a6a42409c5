import type { EventItem } from "@latchkey/server/client";
import { happened } from "../../format/history.ts";
import { actorText } from "../../format/person.ts";
import type { Context } from "../../navigation.ts";

/** What somebody else did to the key while it was looked at, or `null`: `Revoked by … just now.` */
export function newsOf(
  before: readonly EventItem[] | null,
  after: readonly EventItem[],
  context: Context,
): string | null {
  const newest = after[0];
  if (before === null || newest === undefined || newest.seq === before[0]?.seq) return null;
  if (newest.actor.userId === context.principal?.userId) return null;
  const what = happened(newest);
  const by = actorText(newest.actor, context);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} by ${by} just now.`;
}
