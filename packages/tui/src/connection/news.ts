import type { CallError, EventsObserver, WatchItem } from "@latchkey/client";

// Delivers the log's events in batches, for what is on the screen.

export type News = Exclude<WatchItem, { readonly kind: "beat" }>;

/** Events that arrive together, like the two of a rotation, are delivered together. */
const TOGETHER_MILLISECONDS = 8;
/** In a burst they are delivered no more often than this. */
const GAP_MILLISECONDS = 90;

type NewsObserver = {
  /** From here on nothing is missed; what was read before may be stale. */
  readonly joined: () => void;
  readonly news: (news: readonly News[]) => void;
  readonly lost: (error: CallError) => void;
};

/** Follows the log by `follow`, and delivers its events in batches. Returns an unsubscribe function. */
export function followNews(
  follow: (observer: EventsObserver) => () => void,
  { joined, news, lost }: NewsObserver,
): () => void {
  let waiting: News[] = [];
  let timer: NodeJS.Timeout | undefined;
  let notifiedAt = Number.NEGATIVE_INFINITY;

  const deliver = (): void => {
    timer = undefined;
    notifiedAt = performance.now();
    news(waiting.splice(0));
  };
  const leave = follow({
    joined,
    lost,
    item: (item) => {
      if (item.kind === "beat") return;
      waiting.push(item);
      const rest = notifiedAt + GAP_MILLISECONDS - performance.now();
      timer ??= setTimeout(deliver, Math.max(TOGETHER_MILLISECONDS, rest));
    },
  });
  return () => {
    leave();
    clearTimeout(timer);
    waiting = [];
  };
}
