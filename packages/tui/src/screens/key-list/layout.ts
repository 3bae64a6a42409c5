import type { ApiKey } from "@latchkey/client";
import { fitColumns } from "../../format/columns.ts";
import { STATUS_CELLS } from "../../format/status.ts";
import { width } from "../../format/width.ts";

// The layout of the list, for a window's columns and rows.

/** Lines that are not keys: header, gap, summary, search, gap, column heads, message, hints. */
const OTHER_LINES = 8;
const MIN_TITLE = 18;
const LAST_USED = 11;
const CREATED = 11;
const MIN_OWNER = 12;
const MAX_OWNER = 26;
/** In the narrowest window. */
const NARROW_OWNER = 20;
/** From here on there is room for `◐ revokes in 59 min`. */
const LONG_STATUS_FROM = 92;

/** The text of each owner, by user id. */
export type Owners = Readonly<Record<string, string>>;

export type Columns = {
  readonly title: number;
  /** 0: no room for this column. */
  readonly token: number;
  readonly owner: number;
  readonly status: number;
  readonly statusForm: "long" | "short";
  readonly lastUsed: number;
  readonly created: number;
};

/** How many keys are seen at once; the page of 20 is turned in such windows. */
export function visibleRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/**
 * TOKEN is dropped first, then LAST USED, then CREATED; if keys have several owners, the owner is kept longest.
 * Beside a drawer, only title and status may be left.
 */
export function columnsOf(columns: number, items: readonly ApiKey[], owners: Owners = {}): Columns {
  const statusForm = columns >= LONG_STATUS_FROM ? "long" : "short";
  const status = STATUS_CELLS[statusForm];
  const token = Math.max(12, ...items.map((key) => Math.min(26, width(key.redacted))));
  const emails = Object.values(owners);
  const owner =
    emails.length === 0
      ? 0
      : Math.max(MIN_OWNER, ...emails.map((e) => Math.min(MAX_OWNER, width(e))));
  const whole = { token, owner, lastUsed: LAST_USED, created: CREATED };
  const none = { token: 0, owner: 0, lastUsed: 0, created: 0 };
  const narrow =
    owner > 0 ? { ...none, owner: Math.min(owner, NARROW_OWNER) } : { ...none, created: CREATED };
  const { chosen, left } = fitColumns(
    columns,
    [status],
    [whole, { ...whole, token: 0 }, { ...whole, token: 0, lastUsed: 0 }, narrow, none],
    MIN_TITLE,
  );
  return { status, statusForm, ...chosen, title: left };
}
