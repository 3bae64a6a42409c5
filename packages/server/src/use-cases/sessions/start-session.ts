import {
  digestSessionToken,
  generateToken,
  newSessionId,
  type Redacted,
  SESSION_PREFIX,
  type User,
} from "@latchkey/core";
import type { ChangeStore } from "../../store/port/store.ts";
import type { Head } from "../../store/port/log.ts";
import { aboutUser } from "../users/change-users.ts";
import type { Caller, Origin, Services } from "../services.ts";

export type StartedSession = {
  readonly sessionToken: Redacted<string>;
  readonly expiresAt: Date;
  readonly caller: Caller;
};

type Start = {
  readonly user: User;
  readonly origin: Origin;
  /** The head of the log, which the change has locked. */
  readonly head: Head;
  readonly now: Date;
  readonly maxSeconds: number;
  /** The public key that starts it, if one does. */
  readonly sshFingerprint: string | null;
};

/** Inserts a new session, with its event, for a user whom the change has locked. */
export async function insertSession(
  tx: ChangeStore,
  { sessionKey, randomBytes }: Pick<Services, "sessionKey" | "randomBytes">,
  { user, origin, head, now, maxSeconds, sshFingerprint }: Start,
): Promise<StartedSession> {
  const { id: userId, email, role } = user;
  const { token: sessionToken } = generateToken(SESSION_PREFIX, randomBytes);
  const digest = digestSessionToken(sessionKey, sessionToken.reveal());
  const id = newSessionId(now, randomBytes);
  const expiresAt = new Date(now.getTime() + maxSeconds * 1000);
  const times = { createdAt: now, lastSeenAt: now, expiresAt };
  await tx.insertSession({ id, userId, digest, via: origin.via, sshFingerprint, ...times });
  const by = sshFingerprint === null ? {} : { fingerprint: sshFingerprint };
  const data = { sessionId: id, email, ...by };
  const actor = { kind: "session", userId, keyId: null, ...origin } as const;
  await tx.append(head, now, actor, [aboutUser(user, { type: "session.started", data })]);
  const principal = { kind: "session", userId, role, sessionId: id } as const;
  return { sessionToken, expiresAt, caller: { principal, user, ...origin } };
}
