import type { Console } from "./console.ts";

/** Runs something until a person ends it, in good order. */
export async function untilEnded(
  { onInterrupt }: Console,
  work: (ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const stopListening = onInterrupt(() => ending.abort());
  try {
    await work(ending.signal);
  } finally {
    stopListening();
  }
}
