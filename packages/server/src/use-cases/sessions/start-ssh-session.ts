import {
  type DomainError,
  err,
  maySignIn,
  ok,
  type Result,
  SSH_SESSION_MAX_SECONDS,
} from "@latchkey/core";
import { insertSession, type StartedSession } from "./start-session.ts";
import type { Services } from "../services.ts";

/**
 * Starts a session for the user of a registered public key. The caller has verified the key's signature. Error:
 * UNAUTHENTICATED, both for an unregistered key and for one of a disabled user.
 *
 * @param address the network address of the other end
 */
export async function startSshSession(
  services: Services,
  fingerprint: string,
  address: string | null,
): Promise<Result<StartedSession, DomainError>> {
  const found = await services.store.readSshKey(fingerprint);
  if (found === null) return refused;
  return services.store.change<Result<StartedSession, DomainError>>(async (tx) => {
    const user = await tx.lockUserShared(found.userId);
    if (user === null || !maySignIn(user)) return refused;
    const head = await tx.lockHead();
    // Under the head's lock nobody removes it meanwhile, nor moves it to somebody else.
    const key = await tx.readSshKey(fingerprint);
    if (key?.userId !== user.id) return refused;
    const now = await tx.instant(head);
    await tx.touchSshKey(fingerprint, now);
    const origin = { via: "ssh", address } as const;
    const times = { head, now, maxSeconds: SSH_SESSION_MAX_SECONDS };
    return ok(
      await insertSession(tx, services, { user, origin, ...times, sshFingerprint: fingerprint }),
    );
  });
}

const refused: Result<never, DomainError> = err({ code: "UNAUTHENTICATED" });
