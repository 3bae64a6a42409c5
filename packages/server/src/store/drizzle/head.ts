import { sql } from "drizzle-orm";
import { readMilliseconds } from "../../db/columns.ts";
import type { Database } from "../../db/database.ts";
import { eventHead } from "../../db/schema.ts";
import type { AsOf, Head } from "../port/log.ts";
import { clockMilliseconds } from "./clock.ts";

// The log's head: on its own, and together with what is read.

/** @param lock until the end of the transaction */
export async function readHead(db: Database, lock?: "update"): Promise<Head> {
  const query = db.select().from(eventHead);
  const [head] = await (lock === undefined ? query : query.for(lock));
  if (head === undefined) throw lost();
  return head;
}

/**
 * The head's `seq` and the clock, as something to select from. PostgreSQL does not inline the clock's reading into
 * the rows of a join, so it is read once, not once a row.
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
  if (row === undefined) throw lost();
  return { seq: row.seq, at: readMilliseconds(row.at) };
}

function lost(): Error {
  return new Error("the log has lost its head row");
}
