import type { SessionEnds, SessionId, User, UserId } from "@latchkey/core";

/** A session that a presented token stands for, with its user and the clock of the same read. */
export type FoundSession = SessionEnds & {
  readonly id: SessionId;
  readonly user: User;
  readonly now: Date;
};

export type SessionView = SessionEnds & {
  readonly id: SessionId;
  readonly via: string;
  readonly createdAt: Date;
};

export type NewSession = SessionView & {
  readonly userId: UserId;
  readonly digest: Uint8Array;
  /** The public key that started it, if one did. */
  readonly sshFingerprint: string | null;
};

export type SessionStore = {
  findSession(digest: Uint8Array): Promise<FoundSession | null>;
  /** Records when a session was last used, unless a later use is recorded already. */
  touchSession(id: SessionId, now: Date): Promise<void>;
  /** A user's sessions that are not over, the newest first. */
  listSessions(userId: UserId): Promise<{ items: SessionView[]; now: Date }>;
};

export type SessionChanges = {
  /** Removes expired sessions, of any user, for it. */
  insertSession(session: NewSession): Promise<void>;
  /** Returns what started it; `null` if there is no such session of this user. */
  deleteSession(userId: UserId, id: SessionId): Promise<Pick<NewSession, "sshFingerprint"> | null>;
  /** Ends a user's sessions, except one; returns how many there were. */
  deleteSessionsOf(userId: UserId, keep: SessionId | null): Promise<number>;
};
