import {
  type DomainError,
  err,
  maySignIn,
  ok,
  type Result,
  SESSION_MAX_SECONDS,
} from "@latchkey/core";
import type { Login } from "../../store/port/users.ts";
import { countAttempt } from "./count-attempt.ts";
import { deviceOf, newDeviceHint } from "./device-hint.ts";
import type { Origin, Services } from "../services.ts";
import { insertSession, type StartedSession } from "./start-session.ts";

export type LoginInput = {
  readonly email: string;
  readonly password: string;
  /** What an earlier login returned, if there was one here; anything else counts as none. */
  readonly device?: string | undefined;
};

/** With the hint to present at the next login from here: see `newDeviceHint`. */
export type LoggedIn = StartedSession & { readonly device: string };

/**
 * Starts a session for an email and its password. An unknown email, one without a password, a disabled and a
 * service user get the same answer in the same time as a wrong password.
 *
 * Errors: UNAUTHENTICATED, RATE_LIMITED.
 */
export async function login(
  services: Services,
  origin: Origin,
  input: LoginInput,
): Promise<Result<LoggedIn, DomainError>> {
  const { store, passwords, throttle, tally, deviceKey, randomBytes } = services;
  const email = input.email.toLowerCase();
  const known = deviceOf(deviceKey, email, input.device ?? "");
  const attempt = { email, address: origin.address, known };
  const counted = await countAttempt(throttle, attempt);
  if (!counted.ok) {
    tally.failedLogins.throttled += 1;
    return counted;
  }
  const password = input.password.normalize("NFKC");
  for (;;) {
    const found = await store.readLogin(email);
    const { fits, stale } = await passwords.verify(password, found?.passwordHash ?? null);
    if (found === null || !fits || !maySignIn(found.user)) {
      tally.failedLogins.refused += 1;
      return refused;
    }
    await throttle.forgive(attempt);
    const rehashed = stale ? await passwords.hash(password) : null;
    const started = await startSession(services, origin, found, rehashed);
    if (started === null) continue;
    if (!started.ok) return started;
    const kept = known === null ? undefined : input.device;
    const device = kept ?? newDeviceHint(deviceKey, email, randomBytes);
    return ok({ ...started.value, device });
  }
}

const refused: Result<never, DomainError> = err({ code: "UNAUTHENTICATED", why: "login" });

/** `null` if the password is no longer the one that was checked: then it is checked again. */
async function startSession(
  services: Services,
  origin: Origin,
  { user: { id }, passwordHash, passwordSetAt }: Login,
  rehashed: string | null,
): Promise<Result<StartedSession, DomainError> | null> {
  return services.store.change<Result<StartedSession, DomainError> | null>(async (tx) => {
    const login = await tx.lockLogin(id);
    if (login === null || !maySignIn(login.user)) return refused;
    if (login.passwordHash !== passwordHash) return null;
    const { user } = login;
    const head = await tx.lockHead();
    const now = await tx.instant(head);
    if (rehashed !== null) await tx.setPassword(user.id, rehashed, passwordSetAt);
    const times = { head, now, maxSeconds: SESSION_MAX_SECONDS };
    return ok(await insertSession(tx, services, { user, origin, ...times, sshFingerprint: null }));
  });
}
