import type { EventItem, PrincipalInfo, User } from "@latchkey/client";
import type { People } from "./people.ts";
import { escape } from "./escape.ts";

/** Whose keys: one's own, everybody's, or one user's. */
export type OwnerFilter = "me" | "all" | User["id"];

export type PersonContext = { readonly principal: PrincipalInfo | null; readonly people: People };

/** The email, if it is known; else the id. */
export function personText(userId: string | null, { principal, people }: PersonContext): string {
  if (userId === null) return "Latchkey";
  if (principal !== null && principal.userId === userId) return escape(principal.email);
  return escape(people.byId[userId]?.email ?? userId);
}

/** The owner of a key; that they are disabled matters, since then none of their keys works. */
export function ownerText(userId: string, known: PersonContext): string {
  const person = personText(userId, known);
  return known.people.byId[userId]?.disabled === true
    ? `${person} (disabled, so this key fails)`
    : person;
}

/** Who did it; if a key did, that too. */
export function actorText(actor: EventItem["actor"], known: PersonContext): string {
  const person = personText(actor.userId, known);
  return actor.keyId === null ? person : `${person} by ${escape(actor.keyId)}`;
}

/** How a user stands: glyph and word. */
export function userState({ disabled }: Pick<User, "disabled">): string {
  return disabled ? "○ disabled" : "● enabled";
}

/** Whose keys are shown. */
export function ownerWord(owner: OwnerFilter, known: PersonContext): string {
  if (owner === "me") return "mine";
  return owner === "all" ? "all" : personText(owner, known);
}
