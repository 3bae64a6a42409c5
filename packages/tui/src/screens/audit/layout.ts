import type { EventItem } from "@latchkey/client";
import { fitColumns } from "../../format/columns.ts";
import { width } from "../../format/width.ts";

// The layout of the log, for a window's columns and rows.

/** Lines that are no events: header, gap, summary, filters, gap, column heads, message, hints. */
const OTHER_LINES = 8;
const WHEN_LONG = 18;
const WHEN_SHORT = 12;
const WHAT = 20;
const MIN_ABOUT = 16;
const MIN_BY = 8;
const MAX_BY = 26;
const MAX_FROM = 15;
/** From here on an instant has room for its day and seconds. */
const LONG_WHEN_FROM = 80;

export type EventColumns = {
  readonly when: number;
  readonly whenForm: "long" | "short";
  readonly what: number;
  readonly about: number;
  /** 0: no room for this column. */
  readonly by: number;
  readonly from: number;
};

/** How many events are visible at once; a page is turned in such windows. */
export function visibleEvents(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/** The origin is dropped first, then the actor: the event's own page shows both. */
export function eventColumns(
  columns: number,
  by: readonly string[],
  from: readonly string[],
): EventColumns {
  const whenForm = columns >= LONG_WHEN_FROM ? "long" : "short";
  const when = whenForm === "long" ? WHEN_LONG : WHEN_SHORT;
  const whole = {
    by: Math.max(MIN_BY, ...by.map((text) => Math.min(MAX_BY, width(text)))),
    from: Math.max("FROM".length, ...from.map((text) => Math.min(MAX_FROM, width(text)))),
  };
  const { chosen, left } = fitColumns(
    columns,
    [when, WHAT],
    [whole, { ...whole, from: 0 }, { by: 0, from: 0 }],
    MIN_ABOUT,
  );
  return { when, whenForm, what: WHAT, ...chosen, about: left };
}

export function fromText({ actor }: EventItem): string {
  return actor.address ?? actor.via;
}
