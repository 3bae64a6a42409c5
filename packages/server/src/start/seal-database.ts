import { derivePepperKey, type Pepper } from "@latchkey/core";
import { StartRefused } from "../faults/start-refused.ts";
import { systemActor } from "../use-cases/services.ts";
import type { SealedKind } from "../faults/row-tampered.ts";
import type { UnsealedRows } from "../store/port/preparation.ts";
import { verifyChain } from "../use-cases/log/verify-log.ts";
import { firstBadRow } from "../use-cases/log/verify-rows.ts";

/**
 * Adds MACs to the rows of a version without them, once: only to rows that agree with the log, and records it in
 * the log. What the log does not contain, password hashes and keys' digests, it takes from the rows as they are;
 * so it is refused ever after.
 *
 * @throws StartRefused
 */
export async function sealDatabase(rows: UnsealedRows, pepper: Pepper): Promise<void> {
  const head = await rows.lockHead();
  const logKey = derivePepperKey(pepper, "latchkey/event-log/v1");
  const { firstBadSeq } = await verifyChain(rows.snapshot, logKey, undefined);
  if (firstBadSeq !== null) {
    throw new StartRefused(
      `The log does not hold from event ${firstBadSeq} on, so the rows can't be sealed. ${RESTORE}`,
    );
  }
  const sealedSeq = await rows.readSealedSeq();
  if (sealedSeq !== null) {
    throw new StartRefused(
      `Somebody wrote to this database: its rows were sealed at event ${sealedSeq}, and it says that they never were. ${RESTORE}`,
    );
  }
  const bad = await firstBadRow(rows.snapshot, { areSealed: false });
  if (bad !== null) {
    throw new StartRefused(
      `Somebody wrote to this database: the ${nouns[bad.kind]} ${bad.id} is not as the log says. ${RESTORE}`,
    );
  }
  await rows.sealAll();
  const event = {
    type: "database.sealed",
    keyId: null,
    userId: null,
    ownerId: null,
    data: {},
  } as const;
  await rows.append(head, await rows.instant(head), systemActor, [event]);
}

const RESTORE = "Restore it from a backup, or fix the row.";

const nouns = { user: "user", sshKey: "SSH key", session: "session", key: "key" } satisfies Record<
  SealedKind,
  string
>;
