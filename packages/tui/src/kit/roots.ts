import type { PrincipalInfo } from "@latchkey/client";
import { seesEverybody } from "../format/people.ts";

// The root screens: one jumps between them, and everything else opens above one of them.

export type RootKind = "key-list" | "audit" | "users" | "profile";

export type RootPlace = { readonly kind: RootKind; readonly title: string };

const roots: readonly (RootPlace & { readonly forAdmins?: true })[] = [
  { kind: "key-list", title: "Secret API keys" },
  { kind: "audit", title: "Audit log" },
  { kind: "users", title: "Users", forAdmins: true },
  { kind: "profile", title: "Profile" },
];

/** Where this person can go, in the order of the navigation. */
export function rootsFor(principal: PrincipalInfo | null): readonly RootPlace[] {
  return roots.filter(({ forAdmins }) => forAdmins !== true || seesEverybody(principal));
}

export const NAVIGATION_CELLS = 22;
/** From here on the navigation fits beside a page without taking a column from its tables. */
const NAVIGATION_FROM = 110 + NAVIGATION_CELLS;

/** How wide the navigation is on a screen of that many columns; 0 if it is collapsed. */
export function navigationCells(columns: number): number {
  return columns >= NAVIGATION_FROM ? NAVIGATION_CELLS : 0;
}
