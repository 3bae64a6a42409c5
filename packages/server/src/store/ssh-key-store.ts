import type { SshKey, UserId } from "@latchkey/core";
import { asc, eq } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { sshKeys, users } from "../db/schema.ts";
import type { Seals } from "./seals.ts";
import { newSshKeyRow, sealedSshKeyColumns, sshKeyColumns } from "./ssh-key-rows.ts";
import { sealedUserColumns, userFromRow } from "./user-rows.ts";

/** Reads of the public keys that let people in over SSH. Everything here may throw `Outage`. */
export type SshKeyStore = {
  readSshKey(fingerprint: string): Promise<SshKey | null>;
  /** Type and base64 of a key whose user may sign in; `null` for any other. */
  readAuthorizedKey(fingerprint: string): Promise<string | null>;
  /** A user's, the oldest first. */
  listSshKeys(userId: UserId): Promise<SshKey[]>;
};

/** What a change may do to them. */
export type SshKeyChangeStore = Pick<SshKeyStore, "readSshKey" | "listSshKeys"> & {
  /** @param publicKey type and base64, as OpenSSH writes it */
  insertSshKey(key: SshKey, publicKey: string): Promise<void>;
  proveSshKey(fingerprint: string): Promise<void>;
  /** Keeps when it last let its user in. */
  touchSshKey(fingerprint: string, now: Date): Promise<void>;
  /** With every session that it began. */
  deleteSshKey(fingerprint: string): Promise<void>;
};

export function sshKeyStore(db: Database, seals: Seals): SshKeyStore {
  return {
    readSshKey: (fingerprint) => readSshKey(db, seals, fingerprint),

    async readAuthorizedKey(fingerprint) {
      const [row] = await db
        .select({ key: sealedSshKeyColumns, user: sealedUserColumns })
        .from(sshKeys)
        .innerJoin(users, eq(users.id, sshKeys.userId))
        .where(eq(sshKeys.fingerprint, fingerprint));
      if (row === undefined) return null;
      seals.sshKey.check(row.key, row.key.mac);
      const { disabled, role } = userFromRow(seals, row.user);
      return disabled || role === "service" ? null : row.key.publicKey;
    },

    listSshKeys: (userId) => listSshKeys(db, userId),
  };
}

export function sshKeyChangeStore(tx: Database, seals: Seals): SshKeyChangeStore {
  return {
    readSshKey: (fingerprint) => readSshKey(tx, seals, fingerprint),

    listSshKeys: (userId) => listSshKeys(tx, userId),

    async insertSshKey(key, publicKey) {
      await tx.insert(sshKeys).values(newSshKeyRow(seals, key, publicKey));
    },

    async proveSshKey(fingerprint) {
      const row = await readSealed(tx, seals, fingerprint);
      if (row === null) return;
      const mac = seals.sshKey.of({ ...row, proven: true });
      await tx
        .update(sshKeys)
        .set({ proven: true, mac })
        .where(eq(sshKeys.fingerprint, fingerprint));
    },

    async touchSshKey(fingerprint, now) {
      await tx.update(sshKeys).set({ lastUsedAt: now }).where(eq(sshKeys.fingerprint, fingerprint));
    },

    async deleteSshKey(fingerprint) {
      await tx.delete(sshKeys).where(eq(sshKeys.fingerprint, fingerprint));
    },
  };
}

async function readSshKey(db: Database, seals: Seals, fingerprint: string): Promise<SshKey | null> {
  const row = await readSealed(db, seals, fingerprint);
  if (row === null) return null;
  const { publicKey: _, mac: __, ...key } = row;
  return key;
}

/** @throws RowTampered */
async function readSealed(db: Database, seals: Seals, fingerprint: string) {
  const [row] = await db
    .select({ ...sealedSshKeyColumns, lastUsedAt: sshKeys.lastUsedAt })
    .from(sshKeys)
    .where(eq(sshKeys.fingerprint, fingerprint));
  if (row === undefined) return null;
  seals.sshKey.check(row, row.mac);
  return row;
}

async function listSshKeys(db: Database, userId: UserId): Promise<SshKey[]> {
  return db
    .select(sshKeyColumns)
    .from(sshKeys)
    .where(eq(sshKeys.userId, userId))
    .orderBy(asc(sshKeys.createdAt), asc(sshKeys.fingerprint));
}
