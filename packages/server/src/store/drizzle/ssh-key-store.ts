import type { SshKey, UserId } from "@latchkey/core";
import { asc, eq } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { sshKeys, users } from "../../db/schema.ts";
import type { SshKeyChanges, SshKeyStore } from "../port/ssh-keys.ts";
import type { Seals } from "./seals.ts";
import { newSshKeyRow, sealedSshKeyColumns, sshKeyColumns } from "./ssh-key-rows.ts";
import { sealedUserColumns, userFromRow } from "./user-rows.ts";

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

export function sshKeyChanges(tx: Database, seals: Seals): SshKeyChanges {
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
