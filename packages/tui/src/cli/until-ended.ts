/** Something that goes on until a signal ends it, in good order. */
export async function untilEnded(work: (ended: AbortSignal) => Promise<void>): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, end);
  try {
    await work(ending.signal);
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
