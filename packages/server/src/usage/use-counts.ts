import type { KeyId } from "@latchkey/core";
import type { KeyUse, UseOutcome } from "../store/port/uses.ts";

// Use, counted in memory until it is written. Reads no clock: `at` comes with each use.

export const HOUR_MS = 3_600_000;

/**
 * One hour of one key. A plain object, since every check of a key writes into one, of small numbers, which take
 * no memory of their own: the hour is counted since 1970, and the last use in milliseconds since its beginning.
 */
export type UseRow = {
  readonly hour: number;
  lastUsed: number;
  isTaken: boolean;
  readonly next: UseRow | null;
} & Record<UseOutcome, number>;

/** A key that is used. Where its uses are counted is noted on it, so that the next one finds it at once. */
export type UsedKey = { readonly keyId: KeyId; countedIn?: UseRow | null };

export type UseCounter = {
  /** Counts one use, at an instant in milliseconds. */
  readonly count: (key: UsedKey, outcome: UseOutcome, at: number) => void;
  /** Removes and returns about this many rows, always all of a key's. */
  readonly take: (rows: number) => KeyUse[];
  /** Adds to what was counted meanwhile. */
  readonly putBack: (uses: readonly KeyUse[]) => void;
  /** How many rows, one for each key and hour, there are. */
  readonly rows: () => number;
  /** Uses that were not counted because there were too many rows. */
  readonly dropped: () => number;
};

/** @param maxRows how many rows are kept at most, about 150 bytes each */
export function createUseCounter(maxRows: number): UseCounter {
  const latest = new Map<KeyId, UseRow>();
  /** It continues where it was: from the start it would pass all that were removed before. */
  let untaken = latest.entries();
  let rows = 0;
  let dropped = 0;

  /** The row of this hour; `null` if there are too many rows. */
  const rowOf = (keyId: KeyId, hour: number): UseRow | null => {
    const first = latest.get(keyId) ?? null;
    for (let row = first; row !== null; row = row.next) if (row.hour === hour) return row;
    if (rows >= maxRows) return null;
    rows += 1;
    const row = emptyRow(hour, first);
    latest.set(keyId, row);
    return row;
  };

  return {
    count(key, outcome, at) {
      const hour = Math.floor(at / HOUR_MS);
      let row = key.countedIn ?? null;
      if (row === null || row.isTaken || row.hour !== hour) {
        row = rowOf(key.keyId, hour);
        key.countedIn = row;
      }
      if (row === null) {
        dropped += 1;
        return;
      }
      row[outcome] += 1;
      if (outcome === "VALID") row.lastUsed = Math.max(row.lastUsed, at - hour * HOUR_MS);
    },

    take(wanted) {
      const taken: KeyUse[] = [];
      while (taken.length < wanted && latest.size > 0) {
        const { value, done } = untaken.next();
        if (done) {
          untaken = latest.entries();
          continue;
        }
        const [keyId, first] = value;
        latest.delete(keyId);
        for (let row: UseRow | null = first; row !== null; row = row.next) {
          taken.push(useOf(keyId, row));
          row.isTaken = true;
        }
      }
      rows -= taken.length;
      return taken;
    },

    putBack(uses) {
      for (const { keyId, hour, lastUsedAt, counts } of uses) {
        const row = rowOf(keyId, hour.getTime() / HOUR_MS);
        for (const outcome of OUTCOMES) {
          if (row === null) dropped += counts[outcome];
          else row[outcome] += counts[outcome];
        }
        if (row === null || lastUsedAt === null) continue;
        row.lastUsed = Math.max(row.lastUsed, lastUsedAt.getTime() - hour.getTime());
      }
    },

    rows: () => rows,
    dropped: () => dropped,
  };
}

const NEVER = -1;

const OUTCOMES = ["VALID", "REVOKED", "EXPIRED", "OWNER_DISABLED", "INSUFFICIENT_SCOPE"] as const;

function emptyRow(hour: number, next: UseRow | null): UseRow {
  const counts = { VALID: 0, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
  return { hour, lastUsed: NEVER, isTaken: false, ...counts, next };
}

function useOf(keyId: KeyId, row: UseRow): KeyUse {
  const { hour, lastUsed, isTaken: _, next: __, ...counts } = row;
  const started = hour * HOUR_MS;
  return {
    keyId,
    hour: new Date(started),
    lastUsedAt: lastUsed === NEVER ? null : new Date(started + lastUsed),
    counts,
  };
}
