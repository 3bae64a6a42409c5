import { SESSION_IDLE_SECONDS } from "@latchkey/core";
import { and, desc, eq, gt, inArray, lt, lte, ne, or, sql } from "drizzle-orm";
import { readMilliseconds } from "../../db/columns.ts";
import type { Database, OpenDatabase } from "../../db/database.ts";
import { sessions } from "../../db/schema.ts";
import type { SessionChanges, SessionStore } from "../port/sessions.ts";
import { clockMilliseconds } from "./clock.ts";
import type { Seals } from "./seals.ts";
import { sessionLookup } from "./session-lookup.ts";
import { newSessionRow } from "./session-rows.ts";

export function sessionStore(
  { db, lookups }: Pick<OpenDatabase, "db" | "lookups">,
  seals: Seals,
): SessionStore {
  return {
    findSession: sessionLookup(lookups, seals),

    async touchSession(id, now) {
      await db
        .update(sessions)
        .set({ lastSeenAt: now })
        .where(and(eq(sessions.id, id), lt(sessions.lastSeenAt, now)));
    },

    async listSessions(userId) {
      const rows = await db
        .select({
          id: sessions.id,
          via: sessions.via,
          createdAt: sessions.createdAt,
          lastSeenAt: sessions.lastSeenAt,
          expiresAt: sessions.expiresAt,
          clock: clockMilliseconds,
        })
        .from(sessions)
        .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, sql`clock_timestamp()`)))
        .orderBy(desc(sessions.createdAt), desc(sessions.id));
      return { items: rows, now: readMilliseconds(rows[0]?.clock ?? 0) };
    },
  };
}

export function sessionChanges(tx: Database, seals: Seals): SessionChanges {
  return {
    async insertSession(session) {
      const { createdAt: now } = session;
      const idleSince = new Date(now.getTime() - SESSION_IDLE_SECONDS * 1000);
      const over = tx
        .select({ id: sessions.id })
        .from(sessions)
        .where(or(lte(sessions.expiresAt, now), lte(sessions.lastSeenAt, idleSince)))
        // Others wait for the head of the log, which is locked here.
        .for("update", { skipLocked: true });
      await tx.delete(sessions).where(inArray(sessions.id, over));
      await tx.insert(sessions).values(newSessionRow(seals, session));
    },

    async deleteSession(userId, id) {
      const [gone] = await tx
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
        .returning({ sshFingerprint: sessions.sshFingerprint });
      return gone ?? null;
    },

    async deleteSessionsOf(userId, keep) {
      const gone = await tx
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), keep === null ? undefined : ne(sessions.id, keep)))
        .returning({ id: sessions.id });
      return gone.length;
    },
  };
}
