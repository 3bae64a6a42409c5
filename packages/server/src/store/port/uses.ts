import type { KeyId, VerifyOutcome } from "@latchkey/core";

// How keys are used: when last, and how often in each hour.

/** The outcomes of a check of a known key. */
export type UseOutcome = Exclude<VerifyOutcome["outcome"], "NOT_FOUND">;
type UseCounts = Readonly<Record<UseOutcome, number>>;

/** How a key was used within one hour, beyond what is stored. */
export type KeyUse = {
  readonly keyId: KeyId;
  /** Its beginning. */
  readonly hour: Date;
  /** The last time it was VALID; `null` if it never was. */
  readonly lastUsedAt: Date | null;
  readonly counts: UseCounts;
};

export type KeyHour = Pick<KeyUse, "hour" | "counts">;

export type UseStore = {
  /**
   * Adds to what is stored, each key and hour given once. Keys that others have locked are skipped completely, and
   * returned; deleted ones are ignored.
   */
  addUses(uses: readonly KeyUse[]): Promise<ReadonlySet<KeyId>>;
  /** A key's hours from this one on, in order; hours without use are left out. */
  readUses(keyId: KeyId, from: Date): Promise<KeyHour[]>;
  /** Deletes hours older than some days, the oldest first, at most `limit`; returns how many. */
  pruneUses(days: number, limit: number): Promise<number>;
};
