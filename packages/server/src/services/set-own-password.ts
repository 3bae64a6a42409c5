import {
  type DomainError,
  err,
  ok,
  parsePassword,
  type Result,
  requirePerson,
} from "@latchkey/core";
import { aboutUser, changeUsers } from "./change-users.ts";
import { countAttempt } from "./count-attempt.ts";
import type { Caller, Services } from "./services.ts";

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
  const counted = await countAttempt(throttle, email, caller.address);
  if (!counted.ok) return counted;
  const login = await store.readLogin(email);
  const { fits } = await passwords.verify(
    input.current.normalize("NFKC"),
    login?.passwordHash ?? null,
  );
  if (!fits) return err({ code: "UNAUTHENTICATED", why: "password" });
  await throttle.forgive(email);
  const hash = await passwords.hash(next.value);
  return changeUsers<null>(services, caller, [], async (tx, { principal, users }) => {
    const user = users.get(principal.userId);
    if (user === undefined) return err({ code: "UNAUTHENTICATED" });
    await tx.setPasswordHash(user.id, hash);
    const keep = principal.kind === "session" ? principal.sessionId : null;
    const sessionsEnded = await tx.deleteSessionsOf(user.id, keep);
    const data = { email, sessionsEnded };
    const event = aboutUser(user, { type: "user.password_changed", data });
    return ok({ events: [event], value: null });
  });
}
