import { setTimeout as pause } from "node:timers/promises";
import { errorOf, type LatchkeyClient } from "@latchkey/server/client";

const PAUSE_MILLISECONDS = 2_000;

export type Followed<Value> = { readonly value: Value } | { readonly lostSince: Date };

/**
 * What `read` gives: at once, and again after every change of the log; while the server can't be
 * reached, since when. Ends when `signal` does; throws what time does not mend.
 */
export async function* followLog<Value>(
  { events }: LatchkeyClient,
  read: () => Promise<Value>,
  signal: AbortSignal,
): AsyncGenerator<Followed<Value>> {
  let readAt: number | null = null;
  let lostSince: Date | null = null;
  while (!signal.aborted) {
    try {
      const newest = (await events.list.query({ limit: 1 })).items[0]?.seq ?? 0;
      if (newest !== readAt) {
        const value = await read();
        readAt = newest;
        lostSince = null;
        yield { value };
      }
    } catch (error) {
      const { code } = errorOf(error);
      if (code !== "UNAVAILABLE" && code !== "RATE_LIMITED") throw error;
      lostSince ??= new Date();
      readAt = null;
      yield { lostSince };
    }
    await pause(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => {});
  }
}
