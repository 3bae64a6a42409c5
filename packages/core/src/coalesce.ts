export type CoalesceOptions = {
  /** How many reads are under way at once. */
  readonly atOnce: number;
  /** The most keys in one read. */
  readonly most: number;
  /** How many different keys may wait; with more, answers would come too slowly. */
  readonly waiting: number;
  /** Makes the error that is thrown then. */
  readonly busy: () => Error;
  /** Runs a function once all pending input has been processed, as `setImmediate` does. */
  readonly schedule: (run: () => void) => void;
};

type Waiter<Answer> = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Joins concurrent lookups into few reads: one index scan serves many. A call for a key that already waits
 * shares its place. No call joins a read under way: that may have started before a change that the caller
 * already knows of.
 *
 * @param read returns a function from each of its keys to its value
 * @throws what `busy` returns if too many keys wait; whatever `read` throws, to all of its callers
 */
export function coalesce<Answer>(
  read: (keys: readonly string[]) => Promise<(key: string) => Answer>,
  { atOnce, most, waiting, busy, schedule }: CoalesceOptions,
): (key: string) => Promise<Answer> {
  let line = new Map<string, Waiter<Answer>[]>();
  let running = 0;
  let isDue = false;

  const run = async (batch: ReadonlyMap<string, Waiter<Answer>[]>) => {
    running += 1;
    try {
      const answerOf = await read([...batch.keys()]);
      for (const [key, waiters] of batch) {
        const answer = answerOf(key);
        for (const { resolve } of waiters) resolve(answer);
      }
    } catch (error) {
      for (const waiters of batch.values()) for (const { reject } of waiters) reject(error);
    } finally {
      running -= 1;
      depart();
    }
  };

  const depart = () => {
    if (isDue || running >= atOnce || line.size === 0) return;
    isDue = true;
    schedule(() => {
      isDue = false;
      void run(take());
      depart();
    });
  };

  const take = () => {
    if (line.size <= most) {
      const all = line;
      line = new Map();
      return all;
    }
    const first = new Map([...line].slice(0, most));
    for (const key of first.keys()) line.delete(key);
    return first;
  };

  return (key) =>
    new Promise((resolve, reject) => {
      const place = line.get(key);
      if (place !== undefined) place.push({ resolve, reject });
      else if (line.size >= waiting) reject(busy());
      else {
        line.set(key, [{ resolve, reject }]);
        depart();
      }
    });
}
