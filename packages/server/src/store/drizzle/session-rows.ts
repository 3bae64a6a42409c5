import { PEPPER_ID, sessions } from "../../db/schema.ts";
import type { NewSession } from "../port/sessions.ts";
import type { SealedSession, Seals } from "./seals.ts";

// A session as a row.

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
