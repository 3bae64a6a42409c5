import type { SshKey, UserId } from "@latchkey/core";
import { and, asc, eq, ne } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { sshKeys, users } from "../db/schema.ts";

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

const sshKeyColumns = {
  fingerprint: sshKeys.fingerprint,
  userId: sshKeys.userId,
  label: sshKeys.label,
  createdAt: sshKeys.createdAt,
  addedBy: sshKeys.addedBy,
  proven: sshKeys.proven,
  lastUsedAt: sshKeys.lastUsedAt,
};

export function sshKeyStore(db: Database): SshKeyStore {
  return {
    readSshKey: (fingerprint) => readSshKey(db, fingerprint),

    async readAuthorizedKey(fingerprint) {
      const [row] = await db
        .select({ publicKey: sshKeys.publicKey })
        .from(sshKeys)
        .innerJoin(users, eq(users.id, sshKeys.userId))
        .where(
          and(
            eq(sshKeys.fingerprint, fingerprint),
            eq(users.disabled, false),
            ne(users.role, "service"),
          ),
        );
      return row?.publicKey ?? null;
    },

    listSshKeys: (userId) => listSshKeys(db, userId),
  };
}

export function sshKeyChangeStore(tx: Database): SshKeyChangeStore {
  return {
    readSshKey: (fingerprint) => readSshKey(tx, fingerprint),

    listSshKeys: (userId) => listSshKeys(tx, userId),

    async insertSshKey(key, publicKey) {
      await tx.insert(sshKeys).values({ ...key, publicKey });
    },

    async proveSshKey(fingerprint) {
      await tx.update(sshKeys).set({ proven: true }).where(eq(sshKeys.fingerprint, fingerprint));
    },

    async touchSshKey(fingerprint, now) {
      await tx.update(sshKeys).set({ lastUsedAt: now }).where(eq(sshKeys.fingerprint, fingerprint));
    },

    async deleteSshKey(fingerprint) {
      await tx.delete(sshKeys).where(eq(sshKeys.fingerprint, fingerprint));
    },
  };
}

async function readSshKey(db: Database, fingerprint: string): Promise<SshKey | null> {
  const [key] = await db
    .select(sshKeyColumns)
    .from(sshKeys)
    .where(eq(sshKeys.fingerprint, fingerprint));
  return key ?? null;
}

async function listSshKeys(db: Database, userId: UserId): Promise<SshKey[]> {
  return db
    .select(sshKeyColumns)
    .from(sshKeys)
    .where(eq(sshKeys.userId, userId))
    .orderBy(asc(sshKeys.createdAt), asc(sshKeys.fingerprint));
}
