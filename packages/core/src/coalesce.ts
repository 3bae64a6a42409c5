export type CoalesceOptions = {
  /** How many reads are under way at once. */
  readonly atOnce: number;
  /** How many keys travel in one read at most. */
  readonly most: number;
  /** How many different keys may wait; past that the answers come too slowly. */
  readonly waiting: number;
  /** What is thrown then. */
  readonly busy: () => Error;
  /** Runs a function once everything that has arrived by now has been heard, as `setImmediate` does. */
  readonly schedule: (run: () => void) => void;
};

type Waiter<Answer> = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Joins what is asked at the same time into few reads: the answer to a million questions is the same
 * index walked once for many. Whoever asks for a key that waits already shares its place. Nobody joins a
 * read that is under way: it may have begun before a change that its asker already knows of.
 *
 * @param read gives what answers each of its keys
 * @throws what `busy` gives where too much waits; whatever `read` throws, to all that were in it
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
