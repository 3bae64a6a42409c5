import { type DomainError, err, ok, type Result, seesOwner } from "@latchkey/core";
import { aboutUser, changeUsers } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";

/** Errors: NOT_FOUND, also for another's key unless the caller is an admin; FORBIDDEN, UNAUTHENTICATED. */
export async function removeSshKey(
  services: Services,
  caller: Caller,
  { fingerprint }: { readonly fingerprint: string },
): Promise<Result<{ readonly fingerprint: string }, DomainError>> {
  // Users are locked before the head, so the key's user must be known before.
  const found = await services.store.readSshKey(fingerprint);
  const owners = found === null ? [] : [found.userId];
  return changeUsers(services, caller, owners, async (tx, { principal, users }) => {
    const key = await tx.readSshKey(fingerprint);
    const user = key === null ? undefined : users.get(key.userId);
    if (key === null || user === undefined || !seesOwner(principal, key.userId)) {
      return err({ code: "NOT_FOUND", what: "sshKey" });
    }
    await tx.deleteSshKey(fingerprint);
    const data = { fingerprint, label: key.label, email: user.email };
    const event = aboutUser(user, { type: "ssh_key.removed", data });
    return ok({ events: [event], value: { fingerprint } });
  });
}
