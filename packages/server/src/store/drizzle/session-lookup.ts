import { and, eq, sql } from "drizzle-orm";
import { coalesce } from "@latchkey/core";
import { byteaArray, readMilliseconds } from "../../db/columns.ts";
import type { Database } from "../../db/database.ts";
import { PEPPER_ID, sessions, users } from "../../db/schema.ts";
import type { FoundSession } from "../port/sessions.ts";
import { clockMilliseconds } from "./clock.ts";
import { Outage } from "../../faults/outage.ts";
import type { Seals } from "./seals.ts";
import { sealedSessionColumns } from "./session-rows.ts";
import { sealedUserColumns, userFromRow } from "./user-rows.ts";

const TOGETHER = {
  atOnce: 2,
  most: 500,
  waiting: 10_000,
  busy: () => new Outage("busy"),
  schedule: setImmediate,
};

/**
 * Sessions by their digests. Every call of a person needs one, so concurrent lookups are read together. Nothing is
 * cached: a session that ended is ended for the next call.
 */
export function sessionLookup(
  db: Database,
  seals: Seals,
): (digest: Uint8Array) => Promise<FoundSession | null> {
  const query = db
    .select({
      ...sealedSessionColumns,
      digest: sql<string>`encode(${sessions.digest}, 'hex')`,
      lastSeenAt: sessions.lastSeenAt,
      clock: clockMilliseconds,
      user: sealedUserColumns,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.pepperId, PEPPER_ID),
        sql`${sessions.digest} = any(${sql.placeholder("digests")}::text::bytea[])`,
      ),
    )
    .prepare("find_sessions");

  const find = coalesce(async (digests) => {
    const rows = await query.execute({ digests: byteaArray(digests) });
    const found = new Map(rows.map((row) => [row.digest, row]));
    return (digest) => found.get(digest) ?? null;
  }, TOGETHER);

  return async (digest) => {
    const row = await find(Buffer.from(digest).toString("hex"));
    if (row === null) return null;
    // Here, so that a tampered row fails only its own caller.
    seals.session.check(row, row.mac);
    const { id, lastSeenAt, expiresAt, clock } = row;
    const user = userFromRow(seals, row.user);
    return { id, lastSeenAt, expiresAt, user, now: readMilliseconds(clock) };
  };
}
