import { asc, gt, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { eventHead, events } from "../db/schema.ts";
import { asOfColumns, asOfRow } from "./as-of.ts";
import { eventFromRow } from "./event-rows.ts";
import type { LogPage } from "./store.ts";

/** The log from a `seq` on, in one prepared statement. */
export function logReader(db: Database): (after: number, limit: number) => Promise<LogPage> {
  const query = db
    .select({ asOf: asOfColumns, event: events })
    .from(eventHead)
    .leftJoin(events, gt(events.seq, sql.placeholder("after")))
    .orderBy(asc(events.seq))
    .limit(sql.placeholder("limit"))
    .prepare("read_log_after");

  return async (after, limit) => {
    const rows = await query.execute({ after, limit });
    const found = rows.flatMap(({ event }) => (event === null ? [] : [eventFromRow(event)]));
    return { events: found, asOf: asOfRow(rows.map(({ asOf }) => asOf)) };
  };
}
