import type { EventItem, PrincipalInfo } from "@latchkey/server/client";
import { escape } from "./escape.ts";

/** The email of the one who is signed in; of others the id, since nothing more is known here. */
export function personText(userId: string | null, principal: PrincipalInfo | null): string {
  if (userId === null) return "Latchkey";
  if (principal !== null && principal.userId === userId) return escape(principal.email);
  return escape(userId);
}

/** Who did it; where a key did, that too. */
export function actorText(actor: EventItem["actor"], principal: PrincipalInfo | null): string {
  const person = personText(actor.userId, principal);
  return actor.keyId === null ? person : `${person} by ${escape(actor.keyId)}`;
}
