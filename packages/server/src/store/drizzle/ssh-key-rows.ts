import type { SshKey } from "@latchkey/core";
import { sshKeys } from "../../db/schema.ts";
import type { SealedSshKey, Seals } from "./seals.ts";

// A public key as a row.

export const sshKeyColumns = {
  fingerprint: sshKeys.fingerprint,
  userId: sshKeys.userId,
  label: sshKeys.label,
  createdAt: sshKeys.createdAt,
  addedBy: sshKeys.addedBy,
  proven: sshKeys.proven,
  lastUsedAt: sshKeys.lastUsedAt,
};

export const sealedSshKeyColumns = {
  fingerprint: sshKeys.fingerprint,
  userId: sshKeys.userId,
  publicKey: sshKeys.publicKey,
  label: sshKeys.label,
  createdAt: sshKeys.createdAt,
  addedBy: sshKeys.addedBy,
  proven: sshKeys.proven,
  mac: sshKeys.mac,
} satisfies Record<keyof SealedSshKey | "mac", unknown>;

/** @param publicKey type and base64, as OpenSSH writes it */
export function newSshKeyRow(
  seals: Seals,
  key: SshKey,
  publicKey: string,
): typeof sshKeys.$inferInsert {
  const row = { ...key, publicKey };
  return { ...row, mac: seals.sshKey.of(row) };
}
