import {
  type DomainError,
  err,
  ok,
  type Result,
  SESSION_MAX_SECONDS,
  type User,
} from "@latchkey/core";
import { countAttempt } from "./count-attempt.ts";
import type { Road, Services } from "./services.ts";
import { insertSession, type StartedSession } from "./start-session.ts";

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
): Promise<Result<StartedSession, DomainError>> {
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
  services: Services,
  road: Road,
  { id }: User,
  rehashed: string | null,
): Promise<Result<StartedSession, DomainError>> {
  return services.store.change<Result<StartedSession, DomainError>>(async (tx) => {
    const user = await tx.lockUserShared(id);
    if (user === null || user.disabled) return err({ code: "UNAUTHENTICATED", why: "login" });
    const head = await tx.lockHead();
    const now = await tx.instant(head);
    if (rehashed !== null) await tx.setPasswordHash(user.id, rehashed);
    const times = { head, now, maxSeconds: SESSION_MAX_SECONDS };
    return ok(await insertSession(tx, services, { user, road, ...times, sshFingerprint: null }));
  });
}
