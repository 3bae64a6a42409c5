import { derivePepperKey, type Pepper } from "@latchkey/core";
import { eq } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { events } from "../db/schema.ts";
import { verifyChain } from "../use-cases/log/verify-log.ts";
import { firstBadRow } from "../use-cases/log/verify-rows.ts";
import { StartRefused } from "../faults/start-refused.ts";
import { changeStore } from "../store/change-store.ts";
import { sealRows } from "../store/seal-rows.ts";
import { createSeals } from "../store/seals.ts";
import { snapshotOf } from "../store/snapshot.ts";
import type { SealedKind } from "../faults/row-tampered.ts";

const SEALED = "database.sealed";

/**
 * Seals the rows of a program that had no seals, once: only what agrees with the log, and says so in the log. It
 * takes the word of the rows for what the log does not hold, which are hashes of passwords and digests of keys;
 * so it is refused ever after.
 *
 * @param tx a transaction, while no other server does the same
 * @throws StartRefused
 */
export async function sealDatabase(tx: Database, pepper: Pepper): Promise<void> {
  const seals = createSeals(pepper);
  const logKey = derivePepperKey(pepper, "latchkey/event-log/v1");
  const log = changeStore(tx, { logKey, seals, notifies: false, onAppend: () => {} });
  const head = await log.lockHead();
  const snapshot = snapshotOf(tx, seals);
  const { firstBadSeq } = await verifyChain(snapshot, logKey, undefined);
  if (firstBadSeq !== null) {
    throw new StartRefused(
      `The log does not hold from event ${firstBadSeq} on, so the rows can't be sealed. ${RESTORE}`,
    );
  }
  const [before] = await tx.select().from(events).where(eq(events.type, SEALED)).limit(1);
  if (before !== undefined) {
    throw new StartRefused(
      `Somebody wrote to this database: its rows were sealed at event ${before.seq}, and it says that they never were. ${RESTORE}`,
    );
  }
  const bad = await firstBadRow(snapshot, { areSealed: false });
  if (bad !== null) {
    throw new StartRefused(
      `Somebody wrote to this database: the ${nouns[bad.kind]} ${bad.id} is not as the log says. ${RESTORE}`,
    );
  }
  await sealRows(tx, seals);
  const event = { type: SEALED, keyId: null, userId: null, ownerId: null, data: {} } as const;
  await log.append(head, await log.instant(head), system, [event]);
}

const RESTORE = "Restore it from a backup, or mend the row.";

const nouns = { user: "user", sshKey: "SSH key", session: "session", key: "key" } satisfies Record<
  SealedKind,
  string
>;

const system = {
  kind: "system",
  userId: null,
  keyId: null,
  via: "process",
  address: null,
} as const;
