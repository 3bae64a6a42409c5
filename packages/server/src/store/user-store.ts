import type { SessionEnds, SessionId, User, UserId } from "@latchkey/core";
import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm";
import { readMilliseconds } from "../db/columns.ts";
import type { OpenDatabase } from "../db/database.ts";
import { sessions, users } from "../db/schema.ts";
import { clockMilliseconds } from "./clock.ts";
import { type FoundSession, sessionLookup } from "./session-lookup.ts";
import type { Seals } from "./seals.ts";
import { type Login, readLogin, readUser, userColumns } from "./user-rows.ts";

export type SessionView = SessionEnds & {
  readonly id: SessionId;
  readonly via: string;
  readonly createdAt: Date;
};

/** Reads of users and their sessions, each on its own. Everything here may throw `Outage`. */
export type UserStore = {
  readUser(id: UserId): Promise<User | null>;
  readUserByEmail(email: string): Promise<User | null>;
  /** Everybody, by email. */
  listUsers(): Promise<User[]>;
  /** What a login is checked against. */
  readLogin(email: string): Promise<Login | null>;
  findSession(digest: Uint8Array): Promise<FoundSession | null>;
  /** Keeps when a session was last used, unless a later use is kept already. */
  touchSession(id: SessionId, now: Date): Promise<void>;
  /** A user's sessions that are not over, the newest first. */
  listSessions(userId: UserId): Promise<{ items: SessionView[]; now: Date }>;
};

export function userStore(
  { db, lookups }: Pick<OpenDatabase, "db" | "lookups">,
  seals: Seals,
): UserStore {
  return {
    readUser: (id) => readUser(db, seals, eq(users.id, id)),

    readUserByEmail: (email) => readUser(db, seals, eq(users.email, email)),

    async listUsers() {
      return db.select(userColumns).from(users).orderBy(asc(users.email));
    },

    readLogin: (email) => readLogin(db, seals, eq(users.email, email)),

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
