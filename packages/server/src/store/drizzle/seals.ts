import { bytesEqual, derivePepperKey, type Pepper, rowMac } from "@latchkey/core";
import type { apiKeys, sessions, sshKeys, users } from "../../db/schema.ts";
import { RowTampered, type SealedKind } from "../../faults/row-tampered.ts";

// Which columns of which rows the MACs cover. Not those that use alone changes, and those of a key that give no
// power: `audit verify` compares these with the log.

type UserRow = typeof users.$inferSelect;
type SessionRow = typeof sessions.$inferSelect;
type SshKeyRow = typeof sshKeys.$inferSelect;
type KeyRow = typeof apiKeys.$inferSelect;

type Seal<Row> = {
  /** The MAC to store with a row, in hex. */
  readonly of: (row: Row) => string;
  readonly holds: (row: Row, mac: string | null) => boolean;
  /** @throws RowTampered */
  readonly check: (row: Row, mac: string | null) => void;
};

const USER = ["id", "email", "name", "role", "disabled", "createdAt"] as const;
const PASSWORD = ["id", "passwordHash", "passwordSetAt"] as const;
const SESSION = [
  "id",
  "userId",
  "digest",
  "pepperId",
  "via",
  "createdAt",
  "expiresAt",
  "sshFingerprint",
] as const;
const SSH_KEY = [
  "fingerprint",
  "userId",
  "publicKey",
  "label",
  "createdAt",
  "addedBy",
  "proven",
] as const;
const KEY = [
  "id",
  "ownerId",
  "title",
  "scopes",
  "digest",
  "pepperId",
  "expiresAt",
  "revokedAt",
] as const;

type SealedUser = Pick<UserRow, (typeof USER)[number]>;
type SealedPassword = Pick<UserRow, (typeof PASSWORD)[number]>;
export type SealedSession = Omit<Pick<SessionRow, (typeof SESSION)[number]>, "digest"> & {
  readonly digest: Uint8Array | string;
};
export type SealedSshKey = Pick<SshKeyRow, (typeof SSH_KEY)[number]>;
/** The digest in bytes, or in hex. */
export type SealedKey = Omit<Pick<KeyRow, (typeof KEY)[number]>, "digest" | "scopes"> & {
  readonly digest: Uint8Array | string;
  readonly scopes: readonly string[];
};

export type Seals = {
  readonly user: Seal<SealedUser>;
  readonly password: Seal<SealedPassword>;
  readonly session: Seal<SealedSession>;
  readonly sshKey: Seal<SealedSshKey>;
  readonly key: Seal<SealedKey>;
};

export function createSeals(pepper: Pepper): Seals {
  const key = derivePepperKey(pepper, "latchkey/row-mac/v1");
  return {
    user: seal("user", ({ id }) => id, rowMac(key, "users", USER)),
    password: seal("user", ({ id }) => id, rowMac(key, "passwords", PASSWORD)),
    session: seal("session", ({ id }) => id, rowMac(key, "sessions", SESSION)),
    sshKey: seal("sshKey", ({ fingerprint }) => fingerprint, rowMac(key, "ssh_keys", SSH_KEY)),
    key: seal("key", ({ id }) => id, rowMac(key, "api_keys", KEY)),
  };
}

function seal<Row>(
  kind: SealedKind,
  idOf: (row: Row) => string,
  of: (row: Row) => string,
): Seal<Row> {
  const holds = (row: Row, mac: string | null) =>
    mac !== null && bytesEqual(Buffer.from(of(row), "latin1"), Buffer.from(mac, "latin1"));
  return {
    of,
    holds,
    check: (row, mac) => {
      if (!holds(row, mac)) throw new RowTampered(kind, idOf(row));
    },
  };
}
