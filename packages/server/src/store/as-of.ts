import { sql } from "drizzle-orm";
import { readMilliseconds } from "../db/columns.ts";
import type { Database } from "../db/database.ts";
import { eventHead } from "../db/schema.ts";
import { clockMilliseconds } from "./clock.ts";
import type { AsOf } from "./store.ts";

// How the log stood at a read, told by the read itself: a select from the log's head, joined to the rest.

/**
 * The head's `seq` and the clock, as something to select from. PostgreSQL pulls no reading of its clock up
 * into the rows of a join, so it is read once, not once a row.
 */
export function asOfHead(db: Database) {
  return db
    .select({
      seq: eventHead.seq,
      // Never before the head's, as the instants of changes are.
      at: sql<
        string | number
      >`greatest(${clockMilliseconds}, floor(extract(epoch from ${eventHead.at}) * 1000)::bigint)`.as(
        "clock",
      ),
    })
    .from(eventHead)
    .as("head");
}

/** From any row of such a read; there is always one. */
export function asOfRow(rows: readonly { seq: number; at: string | number }[]): AsOf {
  const [row] = rows;
  if (row === undefined) throw new Error("the log has lost its head row");
  return { seq: row.seq, at: readMilliseconds(row.at) };
}
