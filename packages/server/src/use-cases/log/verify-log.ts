import { bytesEqual, EMPTY_LOG_MAC, eventMac } from "@latchkey/core";
import type { KeyObject } from "node:crypto";
import type { Head, StoredEvent } from "../../store/port/log.ts";
import type { Snapshot } from "../../store/port/snapshot.ts";
import type { Services } from "../services.ts";
import type { ProofProgress } from "../tally.ts";
import { type BadRow, firstBadRow } from "./verify-rows.ts";

/** A head kept elsewhere: what the log is known to have contained. */
export type KeptHead = { readonly seq: number; readonly mac: Uint8Array };

export type LogProof = {
  readonly ok: boolean;
  readonly head: Head;
  /** The first row that was changed, removed or inserted outside Latchkey. */
  readonly firstBadSeq: number | null;
  /** If the log is intact: the first row that differs from what the log says. */
  readonly firstBadRow: BadRow | null;
};

/** Verifies the whole chain, then replays the log against the rows: all of it from one snapshot. */
export async function verifyLog(
  { store, logKey, tally }: Pick<Services, "store" | "logKey" | "tally">,
  { from }: { readonly from?: KeptHead | undefined },
): Promise<LogProof> {
  const progress: ProofProgress = { done: 0, total: 0 };
  tally.logProof = progress;
  try {
    return await store.inSnapshot(async (whole) => {
      progress.total = 2 * (await whole.readHead()).seq;
      const snapshot = counted(whole, progress);
      const { head, firstBadSeq } = await verifyChain(snapshot, logKey, from);
      // A broken log says nothing about the rows.
      const badRow = firstBadSeq === null ? await firstBadRow(snapshot) : null;
      const ok = firstBadSeq === null && badRow === null;
      return { ok, head, firstBadSeq, firstBadRow: badRow };
    });
  } finally {
    if (tally.logProof === progress) tally.logProof = null;
  }
}

function counted(snapshot: Snapshot, progress: ProofProgress): Snapshot {
  const counting = async function* (pages: AsyncIterable<readonly StoredEvent[]>) {
    for await (const page of pages) {
      progress.done += page.length;
      yield page;
    }
  };
  return {
    ...snapshot,
    log: () => counting(snapshot.log()),
    keyEvents: () => counting(snapshot.keyEvents()),
    userEvents: () => counting(snapshot.userEvents()),
  };
}

/**
 * Verifies the whole chain from its first row. A truncated end shows only against a head kept elsewhere: the row
 * of that head must still be there, unchanged.
 */
export async function verifyChain(
  snapshot: Pick<Snapshot, "readHead" | "log">,
  logKey: KeyObject,
  from: KeptHead | undefined,
): Promise<Pick<LogProof, "head" | "firstBadSeq">> {
  let seq = 0;
  let mac = EMPTY_LOG_MAC;
  let at: Date | null = null;
  const head = await snapshot.readHead();
  if (from?.seq === 0 && !bytesEqual(from.mac, mac)) return { head, firstBadSeq: 0 };
  for await (const page of snapshot.log()) {
    for (const row of page) {
      const expected = seq + 1;
      const holds = row.seq === expected && isNext(logKey, mac, row);
      const asKept = from?.seq !== row.seq || bytesEqual(from.mac, row.mac);
      // A row may have been inserted below the first, where the log never had one.
      if (!holds || !asKept) return { head, firstBadSeq: Math.min(expected, row.seq) };
      ({ seq, mac, at } = row);
    }
  }
  // The rows are intact: then the head must be the last of them, and a kept head must not be beyond it.
  if (!isHead(head, seq, mac, at)) {
    return { head, firstBadSeq: Math.max(1, Math.min(head.seq, seq) + 1) };
  }
  return { head, firstBadSeq: from !== undefined && from.seq > seq ? seq + 1 : null };
}

function isNext(logKey: KeyObject, mac: Uint8Array, row: StoredEvent): boolean {
  // An instant that Latchkey never writes, such as infinity, has no text to chain.
  if (Number.isNaN(row.at.getTime())) return false;
  return bytesEqual(eventMac(logKey, mac, row), row.mac);
}

function isHead(head: Head, seq: number, mac: Uint8Array, at: Date | null): boolean {
  if (head.seq !== seq || !bytesEqual(head.mac, mac)) return false;
  return at === null || head.at.getTime() === at.getTime();
}
