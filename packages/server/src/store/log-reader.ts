import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { events } from "../db/schema.ts";
import { asOfHead, asOfRow } from "./as-of.ts";
import { eventFromRow } from "./event-rows.ts";
import type { LogPage, PastQuery } from "./store.ts";

// The log from a `seq` on, with its head from the same snapshot.

/** In one prepared statement. */
export function logReader(db: Database): (after: number, limit: number) => Promise<LogPage> {
  const query = pageOf(db, gt(events.seq, sql.placeholder("after")))
    .limit(sql.placeholder("limit"))
    .prepare("read_log_after");
  return async (after, limit) => toPage(await query.execute({ after, limit }));
}

/** What one user may see of it. */
export function visibleLogReader(db: Database): (query: PastQuery) => Promise<LogPage> {
  return async ({ after, visibleTo, limit }) => {
    const visible = visibleTo === null ? undefined : eq(events.ownerId, visibleTo);
    return toPage(await pageOf(db, and(gt(events.seq, after), visible)).limit(limit));
  };
}

function pageOf(db: Database, wanted: SQL | undefined) {
  const head = asOfHead(db);
  return db
    .select({ asOf: { seq: head.seq, at: head.at }, event: events })
    .from(head)
    .leftJoin(events, wanted)
    .orderBy(asc(events.seq))
    .$dynamic();
}

function toPage(rows: Awaited<ReturnType<typeof pageOf>>): LogPage {
  const found = rows.flatMap(({ event }) => (event === null ? [] : [eventFromRow(event)]));
  return { events: found, asOf: asOfRow(rows.map(({ asOf }) => asOf)) };
}
