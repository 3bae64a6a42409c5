import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Database, OpenDatabase } from "../../db/database.ts";
import { events } from "../../db/schema.ts";
import type { LogPage, LogStore, PastQuery } from "../port/log.ts";
import { eventFromRow, matchingEvents, newestFirst } from "./event-rows.ts";
import { asOfHead, asOfRow, readHead } from "./head.ts";

// The log from a `seq` on, with its head from the same snapshot.

export function logStore({ db, lookups }: Pick<OpenDatabase, "db" | "lookups">): LogStore {
  return {
    readLogAfter: logReader(lookups),

    readVisibleAfter: visibleLogReader(db),

    async listEvents(query) {
      const rows = await db
        .select()
        .from(events)
        .where(matchingEvents(query))
        .orderBy(newestFirst)
        .limit(query.limit);
      return rows.map(eventFromRow);
    },

    readHead: () => readHead(db),
  };
}

/** In one prepared statement. */
function logReader(db: Database): (after: number, limit: number) => Promise<LogPage> {
  const query = pageOf(db, gt(events.seq, sql.placeholder("after")))
    .limit(sql.placeholder("limit"))
    .prepare("read_log_after");
  return async (after, limit) => toPage(await query.execute({ after, limit }));
}

/** What one user may see of it. */
function visibleLogReader(db: Database): (query: PastQuery) => Promise<LogPage> {
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
