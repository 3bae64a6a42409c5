import type { SshKey, UserId } from "@latchkey/core";

// The public keys by which people sign in over SSH.

export type SshKeyStore = {
  readSshKey(fingerprint: string): Promise<SshKey | null>;
  /** Type and base64 of a key whose user may sign in; `null` for any other. */
  readAuthorizedKey(fingerprint: string): Promise<string | null>;
  /** A user's, the oldest first. */
  listSshKeys(userId: UserId): Promise<SshKey[]>;
};

export type SshKeyChanges = Pick<SshKeyStore, "readSshKey" | "listSshKeys"> & {
  /** @param publicKey type and base64, as OpenSSH writes it */
  insertSshKey(key: SshKey, publicKey: string): Promise<void>;
  proveSshKey(fingerprint: string): Promise<void>;
  /** Records when its user last signed in by it. */
  touchSshKey(fingerprint: string, now: Date): Promise<void>;
  /** With every session that it started. */
  deleteSshKey(fingerprint: string): Promise<void>;
};
