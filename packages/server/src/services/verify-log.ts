import { bytesEqual, EMPTY_LOG_MAC, eventMac } from "@latchkey/core";
import type { Head, StoredEvent } from "../store/store.ts";
import type { Services } from "./services.ts";

/** A head kept elsewhere: what the log is known to have held. */
export type KeptHead = { readonly seq: number; readonly mac: Uint8Array };

export type LogProof = {
  readonly ok: boolean;
  readonly head: Head;
  /** The first row that was changed, removed or put in behind the log's back. */
  readonly firstBadSeq: number | null;
};

/**
 * Walks the whole chain from its first row. A cut-off end shows only against a head kept elsewhere:
 * the row of that head must still be there, as it was.
 */
export async function verifyLog(
  { store, logKey }: Services,
  { from }: { readonly from: KeptHead | undefined },
): Promise<LogProof> {
  let seq = 0;
  let mac = EMPTY_LOG_MAC;
  let at: Date | null = null;
  let firstBad: number | null = from?.seq === 0 && !bytesEqual(from.mac, mac) ? 0 : null;
  const head = await store.walkLog((page) => {
    for (const row of page) {
      const expected = seq + 1;
      const holds = row.seq === expected && isNext(logKey, mac, row);
      const asKept = from?.seq !== row.seq || bytesEqual(from.mac, row.mac);
      // A row may have been put in below the first, where no row of the log ever stood.
      if (!holds || !asKept) firstBad ??= Math.min(expected, row.seq);
      if (firstBad !== null) return false;
      ({ seq, mac, at } = row);
    }
    return true;
  });
  // The rows hold: then the head must be the last of them, and a kept head must not lie beyond it.
  if (firstBad === null && !isHead(head, seq, mac, at))
    firstBad = Math.max(1, Math.min(head.seq, seq) + 1);
  if (firstBad === null && from !== undefined && from.seq > seq) firstBad = seq + 1;
  return { ok: firstBad === null, head, firstBadSeq: firstBad };
}

function isNext(logKey: Services["logKey"], mac: Uint8Array, row: StoredEvent): boolean {
  // An instant that the program never writes, such as infinity, has no text to chain.
  if (Number.isNaN(row.at.getTime())) return false;
  return bytesEqual(eventMac(logKey, mac, row), row.mac);
}

function isHead(head: Head, seq: number, mac: Uint8Array, at: Date | null): boolean {
  if (head.seq !== seq || !bytesEqual(head.mac, mac)) return false;
  return at === null || head.at.getTime() === at.getTime();
}
