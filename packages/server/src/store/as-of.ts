import { sql } from "drizzle-orm";
import { eventHead } from "../db/schema.ts";
import { clockMilliseconds } from "./clock.ts";
import type { AsOf } from "./store.ts";

// How the log stood at a read, told by the read itself: a select from `event_head`, joined to the rest.

export const asOfColumns = {
  seq: eventHead.seq,
  // Never before the head's, as the instants of changes are.
  at: sql<
    string | number
  >`greatest(${clockMilliseconds}, floor(extract(epoch from ${eventHead.at}) * 1000)::bigint)`,
};

/** From any row of such a read; there is always one. */
export function asOfRow(rows: readonly { seq: number; at: string | number }[]): AsOf {
  const [row] = rows;
  if (row === undefined) throw new Error("the log has lost its head row");
  return { seq: row.seq, at: new Date(Number(row.at)) };
}
