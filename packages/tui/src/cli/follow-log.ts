import { errorOf, followEvents } from "@latchkey/client";
import { followNews } from "../connection/news.ts";
import { CommandError } from "../connection/command-error.ts";
import type { Work } from "./run-command.ts";

export type Followed<Value> =
  | { readonly value: Value }
  | { readonly lostSince: Date }
  /** The log was truncated: what comes next is read from scratch. */
  | { readonly restarted: true };

/** Failures that pass by themselves. */
const passing: readonly string[] = ["UNAVAILABLE", "RATE_LIMITED"];
/** How soon a failed read is repeated, while the log itself can be followed. */
const RETRY_MILLISECONDS = 1_000;

/**
 * Yields what `read` returns: once the log is followed, and after every change of it; while the server can't be
 * reached, since when. Ends when `signal` does; throws permanent failures.
 *
 * @param isBehind whether there is more to read at once
 */
export async function* followLog<Value>(
  { client, console }: Pick<Work, "client" | "console">,
  read: () => Promise<Value>,
  signal: AbortSignal,
  isBehind: () => boolean = () => false,
): AsyncGenerator<Followed<Value>> {
  let due = null as "read" | "lost" | null;
  let refusal = null as CommandError | null;
  let isRestarted = false as boolean;
  let lostSince: Date | null = null;
  let retry: NodeJS.Timeout | undefined;
  let wake = (): void => {};
  const schedule = (to: typeof due): void => {
    due = to;
    wake();
  };
  const leave = followNews((observer) => followEvents(client, observer), {
    joined: () => schedule("read"),
    news: () => schedule("read"),
    lost: ({ code, message }) => {
      if (code === "LOG_RESTARTED") isRestarted = true;
      else if (!passing.includes(code)) refusal = new CommandError(code, message);
      schedule("lost");
    },
  });
  const stop = (): void => wake();
  signal.addEventListener("abort", stop);
  try {
    while (!signal.aborted) {
      if (refusal !== null) throw refusal;
      const now = due;
      due = null;
      if (now === null) {
        await new Promise<void>((woken) => {
          wake = woken;
        });
        continue;
      }
      if (now === "read") {
        if (isRestarted) yield { restarted: true };
        isRestarted = false;
        try {
          const value = await read();
          lostSince = null;
          yield { value };
          if (isBehind()) due ??= "read";
          continue;
        } catch (error) {
          if (!passing.includes(errorOf(error).code)) throw error;
          clearTimeout(retry);
          retry = setTimeout(schedule, RETRY_MILLISECONDS, "read");
        }
      }
      lostSince ??= console.now();
      yield { lostSince };
    }
  } finally {
    leave();
    clearTimeout(retry);
    signal.removeEventListener("abort", stop);
  }
}
