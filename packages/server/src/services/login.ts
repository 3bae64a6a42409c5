import {
  type DomainError,
  digestSessionToken,
  err,
  generateToken,
  newSessionId,
  ok,
  type Redacted,
  type Result,
  SESSION_MAX_SECONDS,
  SESSION_PREFIX,
  type SessionId,
  type User,
} from "@latchkey/core";
import { aboutUser } from "./change-users.ts";
import { countAttempt } from "./count-attempt.ts";
import type { Caller, Road, Services } from "./services.ts";

export type LoggedIn = {
  readonly sessionToken: Redacted<string>;
  readonly expiresAt: Date;
  readonly caller: Caller;
};

/**
 * Begins a session for an email and its password. An unknown email, one without a password and a
 * disabled user get the same answer in the same time as a wrong password.
 *
 * Errors: UNAUTHENTICATED, RATE_LIMITED.
 */
export async function login(
  services: Services,
  road: Road,
  input: { readonly email: string; readonly password: string },
): Promise<Result<LoggedIn, DomainError>> {
  const { store, passwords, throttle, tally } = services;
  const email = input.email.toLowerCase();
  const counted = await countAttempt(throttle, email, road.address);
  if (!counted.ok) {
    tally.failedLogins.throttled += 1;
    return counted;
  }
  const password = input.password.normalize("NFKC");
  const found = await store.readLogin(email);
  const { fits, stale } = await passwords.verify(password, found?.passwordHash ?? null);
  if (found === null || !fits || found.user.disabled) {
    tally.failedLogins.refused += 1;
    return err({ code: "UNAUTHENTICATED", why: "login" });
  }
  await throttle.forgive(email);
  const rehashed = stale ? await passwords.hash(password) : null;
  return startSession(services, road, found.user, rehashed);
}

async function startSession(
  { store, sessionKey, randomBytes }: Services,
  road: Road,
  { id: userId, email }: User,
  rehashed: string | null,
): Promise<Result<LoggedIn, DomainError>> {
  const { token: sessionToken } = generateToken(SESSION_PREFIX, randomBytes);
  const digest = digestSessionToken(sessionKey, sessionToken.reveal());
  return store.change<Result<LoggedIn, DomainError>>(async (tx) => {
    const user = await tx.lockUserShared(userId);
    if (user === null || user.disabled) return err({ code: "UNAUTHENTICATED", why: "login" });
    const head = await tx.lockHead();
    const now = await tx.instant(head);
    const id: SessionId = newSessionId(now, randomBytes);
    const expiresAt = new Date(now.getTime() + SESSION_MAX_SECONDS * 1000);
    if (rehashed !== null) await tx.setPasswordHash(user.id, rehashed);
    const times = { createdAt: now, lastSeenAt: now, expiresAt };
    await tx.insertSession({ id, userId, digest, via: road.via, ...times });
    const actor = { kind: "session", userId, keyId: null, ...road } as const;
    const data = { sessionId: id, email };
    await tx.append(head, now, actor, [aboutUser(user, { type: "session.started", data })]);
    const principal = { kind: "session", userId, role: user.role, sessionId: id } as const;
    return ok({ sessionToken, expiresAt, caller: { principal, user, ...road } });
  });
}
