import { type DomainError, err, ok, type Result, type SessionId } from "@latchkey/core";
import { aboutUser, changeUsers } from "../users/change-users.ts";
import type { Caller, Services } from "../services.ts";

/** Ends one of the caller's own sessions. Errors: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED. */
export async function endSession(
  services: Services,
  caller: Caller,
  input: { readonly id: SessionId },
): Promise<Result<null, DomainError>> {
  const { userId: id } = caller.principal;
  return changeUsers<null>(services, caller, [], async (tx) => {
    const ended = await tx.deleteSession(id, input.id);
    if (ended === null) return err({ code: "NOT_FOUND", what: "session" });
    const by = ended.sshFingerprint === null ? {} : { fingerprint: ended.sshFingerprint };
    const data = { sessionId: input.id, email: caller.user.email, ...by };
    return ok({ events: [aboutUser({ id }, { type: "session.ended", data })], value: null });
  });
}

/** Ends the calling session; without one there is nothing to end. */
export async function logout(
  services: Services,
  caller: Caller,
): Promise<Result<null, DomainError>> {
  const { principal } = caller;
  if (principal.kind !== "session") return ok(null);
  return endSession(services, caller, { id: principal.sessionId });
}
