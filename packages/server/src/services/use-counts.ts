import type { KeyId } from "@latchkey/core";
import type { KeyUse, UseOutcome } from "../store/key-uses.ts";

// Use, counted in memory until it is written. Reads no clock: `at` comes with each use.

export const HOUR_MS = 3_600_000;

export type UseCounter = {
  /** Counts one use, at an instant in milliseconds. */
  readonly count: (keyId: KeyId, outcome: UseOutcome, at: number) => void;
  /** Takes out about so many rows, all of a key's together. */
  readonly take: (rows: number) => KeyUse[];
  /** Adds to what was counted meanwhile. */
  readonly putBack: (uses: readonly KeyUse[]) => void;
  /** Hours of keys that are held. */
  readonly rows: () => number;
  /** Uses that were not counted for want of room. */
  readonly dropped: () => number;
};

/** One hour of one key. A plain object of numbers, since every check of a key writes into one. */
type Row = { readonly hour: number; lastUsedAt: number; readonly next: Row | null } & Record<
  UseOutcome,
  number
>;

/** @param maxRows how many hours of keys are held at most, about 200 bytes each */
export function createUseCounter(maxRows: number): UseCounter {
  const latest = new Map<KeyId, Row>();
  let rows = 0;
  let dropped = 0;

  /** The row of this hour; `null` where there is no room for it. */
  const rowOf = (keyId: KeyId, hour: number): Row | null => {
    const first = latest.get(keyId) ?? null;
    for (let row = first; row !== null; row = row.next) if (row.hour === hour) return row;
    if (rows >= maxRows) return null;
    rows += 1;
    const row = emptyRow(hour, first);
    latest.set(keyId, row);
    return row;
  };

  return {
    count(keyId, outcome, at) {
      const row = rowOf(keyId, at - (at % HOUR_MS));
      if (row === null) {
        dropped += 1;
        return;
      }
      row[outcome] += 1;
      if (outcome === "VALID" && at > row.lastUsedAt) row.lastUsedAt = at;
    },

    take(wanted) {
      const taken: KeyUse[] = [];
      for (const [keyId, first] of latest) {
        if (taken.length >= wanted) break;
        latest.delete(keyId);
        for (let row: Row | null = first; row !== null; row = row.next)
          taken.push(useOf(keyId, row));
      }
      rows -= taken.length;
      return taken;
    },

    putBack(uses) {
      for (const { keyId, hour, lastUsedAt, counts } of uses) {
        const row = rowOf(keyId, hour.getTime());
        for (const outcome of OUTCOMES) {
          if (row === null) dropped += counts[outcome];
          else row[outcome] += counts[outcome];
        }
        if (row !== null) row.lastUsedAt = Math.max(row.lastUsedAt, lastUsedAt?.getTime() ?? NEVER);
      }
    },

    rows: () => rows,
    dropped: () => dropped,
  };
}

const NEVER = Number.NEGATIVE_INFINITY;

const OUTCOMES = ["VALID", "REVOKED", "EXPIRED", "OWNER_DISABLED", "INSUFFICIENT_SCOPE"] as const;

function emptyRow(hour: number, next: Row | null): Row {
  const counts = { VALID: 0, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
  return { hour, lastUsedAt: NEVER, ...counts, next };
}

function useOf(keyId: KeyId, row: Row): KeyUse {
  const { hour, lastUsedAt, next: _, ...counts } = row;
  return {
    keyId,
    hour: new Date(hour),
    lastUsedAt: lastUsedAt === NEVER ? null : new Date(lastUsedAt),
    counts,
  };
}
