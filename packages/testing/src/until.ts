/** Waits for a condition that others bring about. */
export async function until<Value>(
  look: () => Promise<Value | false | undefined> | Value | false | undefined,
  withinMs = 30_000,
): Promise<Value> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== false && seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`nothing of the kind within ${withinMs} ms`);
    await new Promise((later) => setTimeout(later, 10));
  }
}
