import {
  type DomainError,
  err,
  ok,
  parsePassword,
  type Result,
  requirePerson,
} from "@latchkey/core";
import type { Login } from "../../store/port/users.ts";
import { aboutUser, changeUsers } from "../users/change-users.ts";
import { countAttempt } from "./count-attempt.ts";
import type { Caller, Services } from "../services.ts";

/** Every other session of the user ends. Errors: UNAUTHENTICATED (current), INPUT_INVALID (next), RATE_LIMITED. */
export async function setOwnPassword(
  services: Services,
  caller: Caller,
  input: { readonly current: string; readonly next: string },
): Promise<Result<null, DomainError>> {
  const person = requirePerson(caller.principal);
  if (!person.ok) return person;
  const { passwords, store, throttle } = services;
  const { email } = caller.user;
  const next = parsePassword("next", input.next);
  if (!next.ok) return next;
  // Strangers guessing at the account must not keep its owner from changing the password.
  const known = caller.principal.kind === "session" ? caller.principal.sessionId : null;
  const attempt = { email, address: caller.address, known };
  const counted = await countAttempt(throttle, attempt);
  if (!counted.ok) return counted;
  for (;;) {
    const login = await store.readLogin(email);
    const current = input.current.normalize("NFKC");
    const { fits } = await passwords.verify(current, login?.passwordHash ?? null);
    if (login === null || !fits) return err({ code: "UNAUTHENTICATED", why: "password" });
    await throttle.forgive(attempt);
    const hash = await passwords.hash(next.value);
    const changed = await changeFrom(services, caller, login, hash);
    if (!changed.ok) return changed;
    if (changed.value) return ok(null);
  }
}

/** Whether it was done; it is not if the password is no longer the one that was checked. */
async function changeFrom(
  services: Services,
  caller: Caller,
  { user: { id, email }, passwordHash }: Login,
  hash: string,
): Promise<Result<boolean, DomainError>> {
  return changeUsers<boolean>(services, caller, [], async (tx, { principal, now }) => {
    const login = await tx.lockLogin(id);
    if (login?.passwordHash !== passwordHash) return ok({ events: [], value: false });
    await tx.setPassword(id, hash, now);
    const keep = principal.kind === "session" ? principal.sessionId : null;
    const sessionsEnded = await tx.deleteSessionsOf(id, keep);
    const data = { email, sessionsEnded, sessionKept: keep };
    const event = aboutUser({ id }, { type: "user.password_changed", data });
    return ok({ events: [event], value: true });
  });
}
