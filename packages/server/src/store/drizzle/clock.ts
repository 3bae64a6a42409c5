import { sql } from "drizzle-orm";
import { readMilliseconds } from "../../db/columns.ts";
import { type Database, queryRows } from "../../db/database.ts";

/** Milliseconds since 1970 by the database's clock, truncated: rounding would run ahead of events. */
export const clockMilliseconds = sql<
  string | number
>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The database's clock, or `notBefore` if that is later. */
export async function readClock(db: Database, notBefore = new Date(0)): Promise<Date> {
  const [row] = await queryRows<{ clock: string | number }>(
    db,
    sql`select greatest(${clockMilliseconds}, ${notBefore.getTime()}::bigint) as clock`,
  );
  return readMilliseconds(row?.clock);
}
