import type { PrincipalInfo, User } from "@latchkey/client";

/** The users by id, as far as they may be known: only admins can read them. */
export type People = {
  readonly byId: Readonly<Record<string, User>>;
  readonly readAt: Date | null;
  readonly asking: boolean;
  /** Ids that caused a read: one that stays unknown causes no second. */
  readonly requested: readonly string[];
};

export const nobodyKnown: People = { byId: {}, readAt: null, asking: false, requested: [] };

/** Whether somebody sees everybody's keys, and may know who everybody is. */
export function seesEverybody(principal: PrincipalInfo | null): boolean {
  return principal !== null && (principal.role === "admin" || principal.kind === "operator");
}
