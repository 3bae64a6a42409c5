import type { ApiKey } from "@latchkey/server/client";
import { width } from "../../format/width.ts";

// Where things stand in the list, for a window of so many columns and rows.

/** Lines that are not keys: header, gap, summary, search, gap, column heads, message, hints. */
const OTHER_LINES = 8;
const LEFT = 3;
const RIGHT = 1;
const GAP = 2;
const MIN_TITLE = 18;
const STATUS_SHORT = 14;
const STATUS_LONG = 21;
const LAST_USED = 11;
const CREATED = 11;
/** From here on there is room for `◐ revokes in 59 min`. */
const LONG_STATUS_FROM = 92;

export type Columns = {
  readonly title: number;
  /** 0: no room for this column. */
  readonly token: number;
  readonly status: number;
  readonly statusForm: "long" | "short";
  readonly lastUsed: number;
  readonly created: number;
};

/** How many keys are seen at once; the page of 20 is turned in such windows. */
export function visibleRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/** TOKEN goes first, then LAST USED. */
export function columnsOf(columns: number, items: readonly ApiKey[]): Columns {
  const inner = columns - LEFT - RIGHT;
  const statusForm = columns >= LONG_STATUS_FROM ? "long" : "short";
  const status = statusForm === "long" ? STATUS_LONG : STATUS_SHORT;
  const token = Math.max(12, ...items.map((key) => Math.min(26, width(key.redacted))));
  const titleBeside = (others: readonly number[]): number =>
    inner - others.reduce((sum, other) => sum + other + GAP, 0);
  const base = { status, statusForm, created: CREATED } as const;
  const all = titleBeside([token, status, LAST_USED, CREATED]);
  if (all >= MIN_TITLE) return { ...base, title: all, token, lastUsed: LAST_USED };
  const withoutToken = titleBeside([status, LAST_USED, CREATED]);
  if (withoutToken >= MIN_TITLE) {
    return { ...base, title: withoutToken, token: 0, lastUsed: LAST_USED };
  }
  return { ...base, title: titleBeside([status, CREATED]), token: 0, lastUsed: 0 };
}
