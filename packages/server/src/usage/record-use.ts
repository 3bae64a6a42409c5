import type { VerifyOutcome } from "@latchkey/core";
import type { KeyUse } from "../store/port/uses.ts";
import { Outage } from "../faults/outage.ts";
import type { Store } from "../store/port/store.ts";
import { createUseCounter, HOUR_MS, type UsedKey } from "./use-counts.ts";

// Use is counted in memory and written every few seconds, so that no check ever waits for it. What can't be
// written is kept. A process that is killed loses what it counted since its last flush.

const FLUSH_MS = 10_000;
/** A change to a key waits for the statement that writes its use: each must be short. */
const STATEMENT_ROWS = 1000;
/** Between statements the database has this many times as long for checks and everything else … */
const REST = 4;
/** … but all are written within this time, if the database is able to: a use waits no longer than a minute. */
const SPREAD_MS = 50_000;
/** How many rows of a key and an hour are kept, through an outage too: about 150 MB, if so many are in use. */
const MAX_ROWS = 1_000_000;
/** From this many on they are written without waits or pauses. */
const FULL_ROWS = 900_000;
/** How long a process that ends waits for its last flush: for the next statement that writes … */
const LAST_STATEMENT_MS = 3000;
/** … and for all of them, so that it ends within the usual 30 s. Requests under way come first, for 10 s. */
const LAST_FLUSH_MS = 15_000;
/** How long hourly counts are kept. */
export const KEPT_DAYS = 90;
const PRUNED_ROWS = 5000;

export type UseRecorder = {
  /**
   * Counts a use of a known key: an addition. `at` is the database's time. Other outcomes than VALID are
   * counted, but don't make the key used.
   */
  readonly record: (use: {
    readonly key: UsedKey;
    readonly outcome: VerifyOutcome["outcome"];
    readonly at: Date;
  }) => void;
  /** Writes what is counted. Does not throw: what can't be written now is kept. */
  readonly flush: () => Promise<void>;
  /** For metrics. */
  readonly statistics: () => UseStatistics;
  /** Writes what is counted, and then nothing more. In bounded time, whatever the database does. */
  readonly close: () => Promise<void>;
};

type UseStatistics = {
  readonly flushes: { readonly written: number; readonly failed: number };
  /** Rows that wait. */
  readonly waiting: number;
  /** Uses that were not counted, because too many rows waited. */
  readonly dropped: number;
};

export type RecordUseOptions = {
  readonly store: Pick<Store, "addUses" | "pruneUses">;
  /** Called for defects, and for what could not be written at the end; an outage only means a later retry. */
  readonly onDefect: (error: unknown) => void;
};

export function createUseRecorder({ store, onDefect }: RecordUseOptions): UseRecorder {
  const counter = createUseCounter(MAX_ROWS);
  const flushes = { written: 0, failed: 0 };
  /** How many statements wrote something. */
  let progress = 0;
  let timer: NodeJS.Timeout | undefined;
  let isSoon = false;
  let isClosed = false;
  let line: Promise<boolean> = Promise.resolve(true);
  let isFlushing = false;
  /** How many callers wait for what is counted to be written. */
  let hurried = 0;
  /** Ends the pause between two statements. */
  let endRest = () => {};
  let prunedAt = Number.NEGATIVE_INFINITY;

  const plan = (milliseconds: number) => {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      isSoon = false;
      void flush();
    }, milliseconds).unref();
  };

  /** One after the other. Returns whether it succeeded. */
  const flush = (): Promise<boolean> => {
    line = line.then(flushOnce);
    return line;
  };

  /** Without pauses, for a caller that waits. */
  const flushNow = async (): Promise<boolean> => {
    hurried += 1;
    endRest();
    return flush().finally(() => {
      hurried -= 1;
    });
  };

  const rest = (milliseconds: number) =>
    new Promise<void>((done) => {
      endRest = done;
      setTimeout(done, milliseconds).unref();
    });

  const flushOnce = async (): Promise<boolean> => {
    if (counter.rows() === 0) return true;
    isFlushing = true;
    try {
      const end = performance.now() + SPREAD_MS;
      for (let left = counter.rows(); left > 0; ) {
        const started = performance.now();
        const uses = counter.take(STATEMENT_ROWS);
        left -= uses.length;
        const skipped = await add(uses);
        counter.putBack(skipped);
        if (skipped.length < uses.length) progress += 1;
        if (left <= 0 || hurried > 0 || counter.rows() >= FULL_ROWS) continue;
        const now = performance.now();
        const took = now - started;
        const longest = (end - now) / Math.ceil(left / STATEMENT_ROWS) - took;
        await rest(Math.max(0, Math.min(REST * took, longest)));
      }
      await prune();
      flushes.written += 1;
      return true;
    } catch (error) {
      flushes.failed += 1;
      if (!(error instanceof Outage)) onDefect(error);
      return false;
    } finally {
      isFlushing = false;
      if (counter.rows() > 0 && timer === undefined) plan(FLUSH_MS);
    }
  };

  /** Returns the uses of keys that others have locked. Nothing is lost if it fails. */
  const add = async (uses: readonly KeyUse[]): Promise<readonly KeyUse[]> => {
    try {
      const locked = await store.addUses(uses);
      return locked.size === 0 ? [] : uses.filter(({ keyId }) => locked.has(keyId));
    } catch (error) {
      counter.putBack(uses);
      throw error;
    }
  };

  /** Once an hour; if there is much to delete, a part with each flush. */
  const prune = async () => {
    if (performance.now() - prunedAt < HOUR_MS) return;
    const pruned = await store.pruneUses(KEPT_DAYS, PRUNED_ROWS);
    if (pruned < PRUNED_ROWS) prunedAt = performance.now();
  };

  return {
    record({ key, outcome, at }) {
      if (outcome === "NOT_FOUND") return;
      counter.count(key, outcome, at.getTime());
      if (isFlushing) return;
      if (timer === undefined) plan(FLUSH_MS);
      else if (!isSoon && counter.rows() >= FULL_ROWS) {
        isSoon = true;
        plan(0);
      }
    },

    async flush() {
      await flushNow();
    },

    statistics: () => ({
      flushes: { ...flushes },
      waiting: counter.rows(),
      dropped: counter.dropped(),
    }),

    async close() {
      isClosed = true;
      clearTimeout(timer);
      const end = performance.now() + LAST_FLUSH_MS;
      const flushed = async () => {
        // Keys that others have locked now are free a moment later.
        while ((await flushNow()) && counter.rows() > 0 && performance.now() < end)
          await passed(20);
      };
      /** Resolves when nothing is written any more. */
      const patience = async () => {
        for (let before = -1; before < progress && performance.now() < end; ) {
          before = progress;
          await passed(Math.min(LAST_STATEMENT_MS, end - performance.now()));
        }
      };
      await Promise.race([flushed(), patience()]);
      if (counter.rows() > 0) onDefect(new UseLost(counter.rows()));
    },
  };
}

/** A process ended before it had written all use. */
class UseLost extends Error {
  override readonly name = "UseLost";
  readonly code: string;

  constructor(rows: number) {
    super();
    this.code = `${rows} rows`;
  }
}

/** Waits, without keeping the process alive. */
function passed(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, milliseconds).unref();
  });
}
