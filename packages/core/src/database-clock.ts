// The database's clock as seen from here. The database decides when a key ends; whoever caches asks
// its own monotonic clock, set right by each answer of the database. It never goes back.

/** An instant of the database, read between two instants of the monotonic clock (milliseconds). */
export type ClockReading = { readonly at: Date; readonly sent: number; readonly received: number };

export type DatabaseClock = {
  readonly observe: (reading: ClockReading) => void;
  /** The database's time; never earlier than it was told before. `null` until a first reading. */
  readonly now: (monotonic: number) => Date | null;
  /** The monotonic instant that a time of the database was at. `null` until a first reading. */
  readonly monotonicOf: (at: Date) => number | null;
};

/** `at` is cut off to whole milliseconds, so the true instant may lie so much later. */
const CUT_MS = 1;

/**
 * A reading says by how much the clocks differ at least (`at - received`) and at most (`at - sent`).
 * What all readings together allow is kept, and its upper end taken: a key then ends too early by less
 * than the quickest round trip, rather than too late. A reading that does not fit the ones before
 * begins anew: one of the clocks was set, or drifted.
 */
export function databaseClock(): DatabaseClock {
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let shown = new Date(0);

  return {
    observe({ at, sent, received }) {
      const [low, high] = [at.getTime() - received, at.getTime() + CUT_MS - sent];
      const fits = low <= most && high >= least;
      least = fits ? Math.max(least, low) : low;
      most = fits ? Math.min(most, high) : high;
    },

    now(monotonic) {
      if (most === Number.POSITIVE_INFINITY) return null;
      const milliseconds = Math.floor(monotonic + most);
      if (milliseconds > latest) {
        latest = milliseconds;
        shown = new Date(milliseconds);
      }
      return shown;
    },

    monotonicOf: (at) => (most === Number.POSITIVE_INFINITY ? null : at.getTime() - most),
  };
}
