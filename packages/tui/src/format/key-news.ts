import type { EventItem } from "@latchkey/client";
import { happened } from "./history.ts";
import { actorText, type PersonContext } from "./person.ts";
import { relative } from "./time.ts";

/** What somebody did to a key that is open. */
export type KeyNews = { readonly event: EventItem; readonly receivedAt: Date };

/** `Revoked by sec@example.com just now.` */
export function newsText(
  { event, receivedAt }: KeyNews,
  known: PersonContext & { readonly now: Date },
): string {
  const what = happened(event);
  const when = relative(receivedAt, known.now);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} by ${actorText(event.actor, known)} ${when}.`;
}
