import type { SessionEnds, SessionId, UserId } from "@latchkey/core";
import { PEPPER_ID, sessions } from "../db/schema.ts";
import type { SealedSession, Seals } from "./seals.ts";

// A session as a row.

export type NewSession = SessionEnds & {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly digest: Uint8Array;
  readonly via: string;
  readonly createdAt: Date;
  /** The public key that began it, where one did. */
  readonly sshFingerprint: string | null;
};

export const sealedSessionColumns = {
  id: sessions.id,
  userId: sessions.userId,
  digest: sessions.digest,
  pepperId: sessions.pepperId,
  via: sessions.via,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  sshFingerprint: sessions.sshFingerprint,
  mac: sessions.mac,
} satisfies Record<keyof SealedSession | "mac", unknown>;

export function newSessionRow(seals: Seals, session: NewSession): typeof sessions.$inferInsert {
  const row = { ...session, pepperId: PEPPER_ID };
  return { ...row, mac: seals.session.of(row) };
}
