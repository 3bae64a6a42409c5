import { SESSION_IDLE_SECONDS, type SessionId, type User, type UserId } from "@latchkey/core";
import { and, asc, eq, inArray, lte, ne, or } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { sessions, users } from "../db/schema.ts";
import type { Seals } from "./seals.ts";
import { type NewSession, newSessionRow } from "./session-rows.ts";
import {
  changedUserColumns,
  type Login,
  newUserRow,
  passwordColumns,
  readLogin,
  readUser,
  sealedUserColumns,
  userFromRow,
} from "./user-rows.ts";

/** What a change may do to users and their sessions. */
export type UserChangeStore = {
  /** Locks these users and every enabled admin, in ascending id: before all other locks. */
  lockUsersAndAdmins(ids: readonly UserId[]): Promise<Map<UserId, User>>;
  /** Locks one user against changes, without keeping others from doing the same. */
  lockUserShared(id: UserId): Promise<User | null>;
  /** Locks one user, and reads again what a login was checked against. */
  lockLogin(id: UserId): Promise<Login | null>;
  readUserByEmail(email: string): Promise<User | null>;
  insertUser(user: User, passwordHash?: string): Promise<void>;
  updateUser(user: User): Promise<void>;
  /**
   * @param hash `null` takes the password away
   * @param setAt when the password was set: another hash of the same one keeps it
   */
  setPassword(id: UserId, hash: string | null, setAt: Date | null): Promise<void>;
  /** Sessions that are over, whoever's, make way for it. */
  insertSession(session: NewSession): Promise<void>;
  /** Gives what began it; `null` where there is no such session of this user. */
  deleteSession(userId: UserId, id: SessionId): Promise<Pick<NewSession, "sshFingerprint"> | null>;
  /** Ends a user's sessions, but for one; gives how many there were. */
  deleteSessionsOf(userId: UserId, keep: SessionId | null): Promise<number>;
};

export function userChangeStore(tx: Database, seals: Seals): UserChangeStore {
  return {
    async lockUsersAndAdmins(ids) {
      const rows = await tx
        .select(sealedUserColumns)
        .from(users)
        .where(
          or(inArray(users.id, [...ids]), and(eq(users.role, "admin"), eq(users.disabled, false))),
        )
        .orderBy(asc(users.id))
        .for("update");
      return new Map(rows.map((row) => [row.id, userFromRow(seals, row)]));
    },

    async lockUserShared(id) {
      const [row] = await tx
        .select(sealedUserColumns)
        .from(users)
        .where(eq(users.id, id))
        .for("share");
      return row === undefined ? null : userFromRow(seals, row);
    },

    lockLogin: (id) => readLogin(tx, seals, eq(users.id, id), "update"),

    readUserByEmail: (email) => readUser(tx, seals, eq(users.email, email)),

    async insertUser(user, passwordHash) {
      await tx.insert(users).values(newUserRow(seals, user, passwordHash ?? null));
    },

    async updateUser(user) {
      await tx.update(users).set(changedUserColumns(seals, user)).where(eq(users.id, user.id));
    },

    async setPassword(id, hash, setAt) {
      await tx
        .update(users)
        .set(passwordColumns(seals, id, hash, setAt))
        .where(eq(users.id, id));
    },

    async insertSession(session) {
      const { createdAt: now } = session;
      const idleSince = new Date(now.getTime() - SESSION_IDLE_SECONDS * 1000);
      const over = tx
        .select({ id: sessions.id })
        .from(sessions)
        .where(or(lte(sessions.expiresAt, now), lte(sessions.lastSeenAt, idleSince)))
        // Whoever holds one waits for the head of the log, which is held here.
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
