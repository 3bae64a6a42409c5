import {
  type DomainError,
  err,
  ok,
  parseSshKey,
  type Result,
  requireAdmin,
  type SshKey,
  type UserId,
} from "@latchkey/core";
import { aboutUser, changeUsers } from "./change-users.ts";
import type { Caller, Services } from "./services.ts";

export type AddSshKeyInput = {
  readonly publicKey: string;
  readonly label: string | undefined;
  readonly userId: UserId | undefined;
};

/**
 * Lets a public key in as its user, who is the caller unless an admin names another. One that the user
 * has already counts as done, without an event. Errors: INPUT_INVALID, CONFLICT where it is somebody
 * else's, NOT_FOUND (user), FORBIDDEN, UNAUTHENTICATED.
 */
export async function addSshKey(
  services: Services,
  caller: Caller,
  { publicKey, label, userId = caller.principal.userId }: AddSshKeyInput,
): Promise<Result<SshKey, DomainError>> {
  const parsed = parseSshKey(publicKey, label);
  if (!parsed.ok) return parsed;
  return changeUsers<SshKey>(services, caller, [userId], async (tx, { principal, now, users }) => {
    if (userId !== principal.userId) {
      const admin = requireAdmin(principal);
      if (!admin.ok) return admin;
    }
    const user = users.get(userId);
    if (user === undefined) return err({ code: "NOT_FOUND", what: "user" });
    if (user.role === "service") {
      const message = "A service user signs in nowhere, so has no SSH keys.";
      return err({ code: "INPUT_INVALID", fields: [{ field: "userId", message }] });
    }
    const { line, fingerprint } = parsed.value.key;
    // Under the head's lock nobody else adds it meanwhile.
    const known = await tx.readSshKey(fingerprint);
    if (known !== null) {
      if (known.userId !== userId) return err({ code: "CONFLICT", what: "sshKey" });
      return ok({ events: [], value: known });
    }
    const key: SshKey = {
      fingerprint,
      userId,
      label: parsed.value.label,
      createdAt: now,
      lastUsedAt: null,
    };
    await tx.insertSshKey(key, line);
    const data = { fingerprint, label: key.label, email: user.email };
    return ok({ events: [aboutUser(user, { type: "ssh_key.added", data })], value: key });
  });
}
