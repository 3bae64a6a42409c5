import {
  type DomainError,
  err,
  ok,
  parseSshKey,
  type Result,
  registrationOf,
  requireAdmin,
  type SshKey,
  type User,
  type UserId,
} from "@latchkey/core";
import type { ChangeStore } from "../../store/port/store.ts";
import { aboutUser, changeUsers, type LockedUsers, type UserWrite } from "./change-users.ts";
import type { Caller, Services } from "../services.ts";
import { checkSshKeyProof, type SshKeyProof } from "./ssh-key-proof.ts";

export type AddSshKeyInput = {
  readonly publicKey: string;
  readonly label?: string | undefined;
  readonly userId?: UserId | undefined;
  readonly proof?: SshKeyProof | undefined;
};

/**
 * Registers a public key for its user, who is the caller unless an admin names another. If the user already has
 * it, it succeeds without an event, unless the key gets proven by this. One that is registered for somebody else
 * without proof is moved by a proof. Errors: INPUT_INVALID, CONFLICT if it is somebody else's, NOT_FOUND (user),
 * FORBIDDEN, UNAUTHENTICATED.
 */
export async function addSshKey(
  services: Services,
  caller: Caller,
  { publicKey, label, userId = caller.principal.userId, proof }: AddSshKeyInput,
): Promise<Result<SshKey, DomainError>> {
  const parsed = parseSshKey(publicKey, label);
  if (!parsed.ok) return parsed;
  const { key } = parsed.value;
  // Users are locked before the head, so the key's user must be known before.
  const found = await services.store.readSshKey(key.fingerprint);
  const targets = found === null ? [userId] : [userId, found.userId];
  return changeUsers<SshKey>(services, caller, targets, async (tx, locked) => {
    const { principal, now } = locked;
    const user = ownerOf(locked, userId);
    if (!user.ok) return user;
    const by = { caller: principal.userId, userId, key };
    const proven = checkSshKeyProof(services, proof, by, now);
    if (!proven.ok) return proven;
    const added: SshKey = {
      fingerprint: key.fingerprint,
      userId,
      label: parsed.value.label,
      createdAt: now,
      addedBy: principal.userId,
      proven: proven.value,
      lastUsedAt: null,
    };
    return register(tx, locked, { added, line: key.line, user: user.value });
  });
}

/** Errors: NOT_FOUND, FORBIDDEN, INPUT_INVALID for a user who never signs in. */
function ownerOf({ principal, users }: LockedUsers, userId: UserId): Result<User, DomainError> {
  if (userId !== principal.userId) {
    const admin = requireAdmin(principal);
    if (!admin.ok) return admin;
  }
  const user = users.get(userId);
  if (user === undefined) return err({ code: "NOT_FOUND", what: "user" });
  if (user.role !== "service") return ok(user);
  const message = "A service user signs in nowhere, so has no SSH keys.";
  return err({ code: "INPUT_INVALID", fields: [{ field: "userId", message }] });
}

async function register(
  tx: ChangeStore,
  { principal, users }: LockedUsers,
  { added, line, user }: { readonly added: SshKey; readonly line: string; readonly user: User },
): Promise<Result<UserWrite<SshKey>, DomainError>> {
  const { fingerprint, label, proven } = added;
  const data = { fingerprint, label, email: user.email };
  // Under the head's lock nobody else adds it meanwhile.
  const known = await tx.readSshKey(fingerprint);
  const before = known === null ? undefined : users.get(known.userId);
  switch (registrationOf(known, added)) {
    case "added": {
      await tx.insertSshKey(added, line);
      const event = aboutUser(user, { type: "ssh_key.added", data: { ...data, proven } });
      return ok({ events: [event], value: added });
    }
    case "kept":
      return ok({ events: [], value: known ?? added });
    case "proven": {
      await tx.proveSshKey(fingerprint);
      const key = { ...(known ?? added), proven: true };
      const event = aboutUser(user, {
        type: "ssh_key.proven",
        data: { ...data, label: key.label },
      });
      return ok({ events: [event], value: key });
    }
    case "taken": {
      // Somebody else registered it between the read and the locks.
      if (known === null || before === undefined) return conflict(null);
      await tx.deleteSshKey(fingerprint);
      await tx.insertSshKey(added, line);
      const lost = aboutUser(before, {
        type: "ssh_key.removed",
        data: { fingerprint, label: known.label, email: before.email, provenByAnother: true },
      });
      const got = { ...data, proven, takenFrom: before.email };
      const events = [lost, aboutUser(user, { type: "ssh_key.added", data: got })];
      return ok({ events, value: added });
    }
    case "conflict":
      return conflict(principal.role === "admin" ? (before?.email ?? null) : null);
  }
}

function conflict(owner: string | null): Result<never, DomainError> {
  return err({ code: "CONFLICT", what: "sshKey", owner });
}
