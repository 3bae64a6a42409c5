import type { User } from "@latchkey/client";
import { fitColumns } from "../../format/columns.ts";
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
 * When they were added is dropped first, then the name. 0: no room for a column. Of all users rather than of the
 * matches, so that nothing jumps during a search.
 */
export function userColumns(columns: number, users: readonly User[]) {
  const name = Math.max(MIN_NAME, ...users.map((user) => Math.min(MAX_NAME, width(user.name))));
  const { chosen, left } = fitColumns(
    columns,
    [ROLE, STATE],
    [
      { name, added: ADDED },
      { name, added: 0 },
      { name: 0, added: 0 },
    ],
    MIN_EMAIL,
  );
  return { ...chosen, role: ROLE, state: STATE, email: left };
}
