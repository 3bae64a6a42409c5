import {
  SESSION_IDLE_SECONDS,
  type SessionEnds,
  type SessionId,
  type User,
  type UserId,
} from "@latchkey/core";
import { and, asc, eq, inArray, lte, ne, or } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { sessions, users } from "../db/schema.ts";
import { PEPPER_ID } from "./pepper-id.ts";
import { type Login, readLogin, readUser, userColumns } from "./user-rows.ts";

type NewSession = SessionEnds & {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly digest: Uint8Array;
  readonly via: string;
  readonly createdAt: Date;
  /** The public key that began it, where one did. */
  readonly sshFingerprint: string | null;
};

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
  /** `null` takes the password away. */
  setPasswordHash(id: UserId, passwordHash: string | null): Promise<void>;
  /** Sessions that are over, whoever's, make way for it. */
  insertSession(session: NewSession): Promise<void>;
  /** Gives what began it; `null` where there is no such session of this user. */
  deleteSession(userId: UserId, id: SessionId): Promise<Pick<NewSession, "sshFingerprint"> | null>;
  /** Ends a user's sessions, but for one; gives how many there were. */
  deleteSessionsOf(userId: UserId, keep: SessionId | null): Promise<number>;
};

export function userChangeStore(tx: Database): UserChangeStore {
  return {
    async lockUsersAndAdmins(ids) {
      const rows = await tx
        .select(userColumns)
        .from(users)
        .where(
          or(inArray(users.id, [...ids]), and(eq(users.role, "admin"), eq(users.disabled, false))),
        )
        .orderBy(asc(users.id))
        .for("update");
      return new Map(rows.map((user) => [user.id, user]));
    },

    async lockUserShared(id) {
      const [user] = await tx.select(userColumns).from(users).where(eq(users.id, id)).for("share");
      return user ?? null;
    },

    lockLogin: (id) => readLogin(tx, eq(users.id, id), "update"),

    readUserByEmail: (email) => readUser(tx, eq(users.email, email)),

    async insertUser(user, passwordHash) {
      await tx.insert(users).values({ ...user, passwordHash: passwordHash ?? null });
    },

    async updateUser({ id, name, role, disabled }) {
      await tx.update(users).set({ name, role, disabled }).where(eq(users.id, id));
    },

    async setPasswordHash(id, passwordHash) {
      await tx.update(users).set({ passwordHash }).where(eq(users.id, id));
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
      await tx.insert(sessions).values({ ...session, pepperId: PEPPER_ID });
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
