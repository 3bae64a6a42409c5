/** Too much work is waiting. */
export class QueueFull extends Error {
  override readonly name = "QueueFull";
}

/** Runs a number of tasks at once, lets a number more wait, and refuses the rest. */
export function workQueue({
  atOnce,
  waiting,
}: {
  readonly atOnce: number;
  readonly waiting: number;
}): <T>(work: () => Promise<T>) => Promise<T> {
  const line: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) {
      if (line.length >= waiting) throw new QueueFull();
      await new Promise<void>((start) => line.push(start));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = line.shift();
      // The slot goes to the next in line rather than becoming free.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
