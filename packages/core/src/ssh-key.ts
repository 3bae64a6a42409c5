import type { ErrorOf } from "./errors.ts";
import type { UserId } from "./ids.ts";
import { ok, type Result } from "./result.ts";
import { type SshPublicKey, parseSshPublicKey } from "./ssh-public-key.ts";
import { parseName, parseTitle } from "./title.ts";

// A public key by which a person signs in over SSH. It belongs to one user.

export type SshKey = {
  readonly fingerprint: string;
  readonly userId: UserId;
  readonly label: string;
  readonly createdAt: Date;
  /** Who registered it: its user, or an admin. */
  readonly addedBy: UserId;
  /** Whether its user has proven to have its private key. */
  readonly proven: boolean;
  readonly lastUsedAt: Date | null;
};

export type NewSshKey = { readonly key: SshPublicKey; readonly label: string };

/**
 * A public key with its label. The default is the key's comment; if that can't be shown,
 * the key's type. Error: INPUT_INVALID of `publicKey` or `label`.
 */
export function parseSshKey(
  publicKey: string,
  label: string | undefined,
): Result<NewSshKey, ErrorOf<"INPUT_INVALID">> {
  const key = parseSshPublicKey(publicKey);
  if (!key.ok) return key;
  if (label === undefined || label.trim() === "") {
    const comment = parseTitle(key.value.comment);
    const type = key.value.line.split(" ")[0] ?? "";
    return ok({ key: key.value, label: comment.ok ? comment.value : type });
  }
  const given = parseName("label", label);
  return given.ok ? ok({ key: key.value, label: given.value }) : given;
}

/** What a registration does to a key that may already be registered. */
export type SshKeyRegistration = "added" | "kept" | "proven" | "taken" | "conflict";

/**
 * An unproven key moves to the user who proves it: registering needs only its public half, which anybody
 * can read. A proven key stays with its user.
 */
export function registrationOf(
  known: SshKey | null,
  { userId, proven }: Pick<SshKey, "userId" | "proven">,
): SshKeyRegistration {
  if (known === null) return "added";
  if (known.userId === userId) return proven && !known.proven ? "proven" : "kept";
  return proven && !known.proven ? "taken" : "conflict";
}
