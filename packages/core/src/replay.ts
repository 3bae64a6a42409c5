import type { KeyEvent, LatchkeyEvent, SessionEvent, SshKeyEvent, UserEvent } from "./event.ts";
import type { ChainedEvent } from "./event-chain.ts";
import type { KeyId, UserId } from "./ids.ts";
import type { Key } from "./key.ts";
import { SESSION_MAX_SECONDS } from "./session.ts";
import type { SshKey } from "./ssh-key.ts";
import type { User } from "./user.ts";

// Replays the log: what each row must be by its events.

/**
 * A key after one more of its events; `null` before the first and after its deletion.
 *
 * @param event one about this key, as the chain holds it
 */
export function replayKey(key: Key | null, event: ChainedEvent): Key | null {
  if (event.type === "key.created") return createdKey(event, event.data);
  if (key === null) return null;
  const next: Key = { ...key, updatedAt: event.at, revision: key.revision + 1 };
  const revokedFrom = (at: Date): Key => ({
    ...next,
    revocation: { at, by: event.actor.userId as UserId },
  });
  switch (event.type) {
    case "key.renamed":
      return { ...next, title: event.data.to };
    case "key.revoked":
      return revokedFrom(event.at);
    case "key.revocation_scheduled":
    case "key.rotated":
      return revokedFrom(new Date(event.data.revokedAt));
    case "key.revocation_canceled":
      return { ...next, revocation: null };
    case "key.deleted":
      return null;
    default:
      return refuse(event.type satisfies NotAbout<KeyEvent>);
  }
}

function createdKey(
  { at, keyId, actor }: ChainedEvent,
  data: Extract<KeyEvent, { type: "key.created" }>["data"],
): Key {
  return {
    id: keyId as KeyId,
    ownerId: data.ownerId,
    title: data.title,
    redacted: data.redacted,
    scopes: data.scopes,
    createdAt: at,
    createdBy: actor.userId as UserId,
    createdByKeyId: actor.keyId,
    updatedAt: at,
    revision: 1,
    expiresAt: data.expiresAt === null ? null : new Date(data.expiresAt),
    revocation: null,
    rotatedFrom: data.rotatedFrom,
  };
}

/** What the log says of one user, their sessions and SSH keys. */
export type UserHistory = {
  readonly user: User;
  /**
   * When the password was set that may be valid now, `null` if none may be. The log does not say whether a
   * user was created with one.
   */
  readonly passwordSetAt: Date | null;
  /** By fingerprint. */
  readonly sshKeys: Map<string, LoggedSshKey>;
  /** Those that were not ended and may not have expired, by id. */
  readonly sessions: Map<string, LoggedSession>;
};

export type LoggedSshKey = Pick<SshKey, "label" | "createdAt" | "addedBy" | "proven">;
export type LoggedSession = {
  readonly createdAt: Date;
  readonly via: string;
  readonly sshFingerprint: string | null;
};

/**
 * A user after one more event about them; `null` before the first. It mutates the given history, which must
 * not be used any more.
 *
 * @param event one about this user, as the chain holds it
 */
export function replayUser(history: UserHistory | null, event: ChainedEvent): UserHistory | null {
  if (event.type === "user.created") return createdUser(event, event.data);
  if (history === null) return null;
  const { user, sshKeys, sessions } = history;
  switch (event.type) {
    case "user.disabled":
      sessions.clear();
      return { ...history, user: { ...user, disabled: true } };
    case "user.enabled":
      return { ...history, user: { ...user, disabled: false } };
    case "user.role_changed": {
      const { from, to } = event.data;
      const changed = { ...history, user: { ...user, role: to } };
      if (from !== "service" && to !== "service") return changed;
      // A user who becomes or was a service keeps no credentials.
      sessions.clear();
      return { ...changed, passwordSetAt: null };
    }
    case "user.password_changed":
      if (!isByOlderProgram(event)) keepSession(sessions, event.data.sessionKept ?? null);
      return { ...history, passwordSetAt: event.at };
    case "session.started":
      startSession(sessions, event, event.data);
      return history;
    case "session.ended":
      sessions.delete(event.data.sessionId);
      return history;
    case "ssh_key.added": {
      const { fingerprint, label, proven = false } = event.data;
      const addedBy = event.actor.userId ?? user.id;
      sshKeys.set(fingerprint, { label, createdAt: event.at, addedBy, proven });
      return history;
    }
    case "ssh_key.proven": {
      const key = sshKeys.get(event.data.fingerprint);
      if (key !== undefined) sshKeys.set(event.data.fingerprint, { ...key, proven: true });
      return history;
    }
    case "ssh_key.removed":
      sshKeys.delete(event.data.fingerprint);
      for (const [id, { sshFingerprint }] of sessions)
        if (sshFingerprint === event.data.fingerprint) sessions.delete(id);
      return history;
    default:
      return refuse(event.type satisfies NotAbout<UserEvent | SessionEvent | SshKeyEvent>);
  }
}

function createdUser(
  { at, userId }: ChainedEvent,
  { email, name, role }: Extract<UserEvent, { type: "user.created" }>["data"],
): UserHistory {
  const id = userId as UserId;
  const user: User = { id, email, name, role, disabled: false, createdAt: at };
  return { user, passwordSetAt: at, sshKeys: new Map(), sessions: new Map() };
}

function startSession(
  sessions: UserHistory["sessions"],
  { at, actor }: ChainedEvent,
  { sessionId, fingerprint }: SessionEvent["data"],
): void {
  // They are in the order of their start, so the expired ones come first.
  const over = at.getTime() - SESSION_MAX_SECONDS * 1000;
  for (const [id, { createdAt }] of sessions) {
    if (createdAt.getTime() > over) break;
    sessions.delete(id);
  }
  sessions.set(sessionId, { createdAt: at, via: actor.via, sshFingerprint: fingerprint ?? null });
}

/** Older versions did not say which session a user kept. */
function isByOlderProgram({
  data,
  actor,
  userId,
}: Extract<ChainedEvent, { type: "user.password_changed" }>): boolean {
  return data.sessionKept === undefined && actor.userId === userId;
}

function keepSession(sessions: UserHistory["sessions"], kept: string | null): void {
  for (const id of sessions.keys()) if (id !== kept) sessions.delete(id);
}

type NotAbout<Event extends LatchkeyEvent> = Exclude<ChainedEvent["type"], Event["type"]>;

function refuse(type: string): never {
  throw new Error(`the log holds an event of an unknown type: ${type}`);
}
