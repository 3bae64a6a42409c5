import type { User } from "@latchkey/client";
import { roomBeside } from "../../format/columns.ts";
import { width } from "../../format/width.ts";

/** Lines that are no users: header, gap, summary, search, gap, column heads, message, hints. */
const OTHER_LINES = 8;
const MIN_EMAIL = 18;
const MIN_NAME = 8;
const MAX_NAME = 22;
const ROLE = 8;
const STATE = 10;
const ADDED = 11;

/** How many users are seen at once. */
export function visibleUsers(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/**
 * When they were added goes first, then the name. 0: no room for a column. Of all users rather than of
 * those that are found, so that nothing jumps while one searches.
 */
export function userColumns(columns: number, users: readonly User[]) {
  const name = Math.max(MIN_NAME, ...users.map((user) => Math.min(MAX_NAME, width(user.name))));
  const attempts = [
    { name, added: ADDED },
    { name, added: 0 },
    { name: 0, added: 0 },
  ] as const;
  const emailBeside = (others: { readonly name: number; readonly added: number }): number =>
    roomBeside(columns, [ROLE, STATE, others.name, others.added]);
  const chosen = attempts.find((attempt) => emailBeside(attempt) >= MIN_EMAIL) ?? attempts[2];
  return { ...chosen, role: ROLE, state: STATE, email: emailBeside(chosen) };
}
