import type { Pepper } from "@latchkey/core";
import { eq } from "drizzle-orm";
import type { OpenDatabase } from "../src/db/database.ts";
import { apiKeys, sessions, sshKeys, users } from "../src/db/schema.ts";
import { createSeals } from "../src/store/drizzle/seals.ts";

/** Seals all rows as they stand, as if the program itself had made them so. */
export async function reseal({ db }: OpenDatabase, pepper: Pepper): Promise<void> {
  const seals = createSeals(pepper);
  for (const row of await db.select().from(users)) {
    const { id, passwordHash } = row;
    const passwordMac = passwordHash === null ? null : seals.password.of(row);
    await db
      .update(users)
      .set({ mac: seals.user.of(row), passwordMac })
      .where(eq(users.id, id));
  }
  for (const row of await db.select().from(sessions)) {
    await db
      .update(sessions)
      .set({ mac: seals.session.of(row) })
      .where(eq(sessions.id, row.id));
  }
  for (const row of await db.select().from(sshKeys)) {
    const { fingerprint } = row;
    const mac = seals.sshKey.of(row);
    await db.update(sshKeys).set({ mac }).where(eq(sshKeys.fingerprint, fingerprint));
  }
  for (const row of await db.select().from(apiKeys)) {
    await db
      .update(apiKeys)
      .set({ mac: seals.key.of(row) })
      .where(eq(apiKeys.id, row.id));
  }
}
