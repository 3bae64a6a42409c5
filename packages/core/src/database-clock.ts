// An estimate of the database's clock. The database decides when a key ends; a cache uses its own monotonic
// clock, corrected by each answer of the database. The estimate never goes back.

/** An instant of the database, read between two instants of the monotonic clock (milliseconds). */
export type ClockReading = { readonly at: Date; readonly sent: number; readonly received: number };

export type DatabaseClock = {
  readonly observe: (reading: ClockReading) => void;
  /** The database's time; never earlier than returned before. `null` until a first reading. */
  readonly now: (monotonic: number) => Date | null;
  /** The monotonic instant of a time of the database. `null` until a first reading. */
  readonly monotonicOf: (at: Date) => number | null;
};

/** `at` is truncated to whole milliseconds, so the true instant may be that much later. */
const CUT_MS = 1;

/**
 * A reading says by how much the clocks differ at least (`at - received`) and at most (`at - sent`).
 * The intersection of all readings is kept, and its upper end used: a key then ends too early by less
 * than the fastest round trip, rather than too late. A reading that contradicts the ones before starts
 * over: one of the clocks was set, or drifted.
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
