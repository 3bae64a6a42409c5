import type { LogPage, StoredEvent } from "../store/port/log.ts";
import type { Beat, Feed } from "./feed.ts";

// One reader of the log: what comes after a `seq`, then what is appended, without gaps or duplicates.

/** How many events are read at once from the past, and buffered at most. */
const PAGE = 200;
const MOST_WAITING = 1000;
/** The feed beats with each read of the log; readers need no more than this. */
const BEAT_GAP_MS = 500;
/** A reader that takes nothing for this long, though there is something, counts as stuck. */
const PATIENCE_MS = 10_000;

export type LogNews =
  | { readonly kind: "event"; readonly event: StoredEvent }
  /** All events up to its `seq` were delivered. */
  | { readonly kind: "beat"; readonly beat: Beat };

export type FollowLogOptions = {
  readonly feed: Feed;
  /** Events after a `seq`, in order, at most `limit`; with the head from the same snapshot. */
  readonly readAfter: (seq: number, limit: number) => Promise<LogPage>;
  /** The last `seq` that the reader knows. */
  readonly after: number;
  /** Each of them ends it. */
  readonly ends: readonly AbortSignal[];
  /** Called if the reader is too slow: the stream ends, and undelivered data may be discarded. */
  readonly onStuck: () => void;
};

/**
 * Ends only by `ends`, or if its reader is too slow; the reader should then reconnect.
 */
export async function* followLog(options: FollowLogOptions): AsyncGenerator<LogNews, void> {
  const { feed, readAfter, after, ends, onStuck } = options;
  let last = after;
  let line: LogNews[] = [];
  const over = new AbortController();
  let nextBeatAt = Number.NEGATIVE_INFINITY;
  let isOffering = false;
  let wake = () => {};
  let unfollow = () => {};

  const end = () => {
    over.abort();
    line = [];
    wake();
  };
  const giveUp = () => {
    if (over.signal.aborted) return;
    end();
    onStuck();
  };
  const wait = (...news: readonly LogNews[]) => {
    if (over.signal.aborted) return;
    line.push(...news);
    if (line.length > MOST_WAITING) giveUp();
    else wake();
  };
  const patience = setTimeout(() => {
    if (isOffering) giveUp();
  }, PATIENCE_MS);

  /** The events after `last`, up to the end of the log at the time of the read. */
  async function* past(): AsyncGenerator<LogNews, void> {
    while (!over.signal.aborted) {
      const { events, asOf } = await readAfter(last, PAGE);
      for (const event of events) yield { kind: "event", event };
      if (events.length < PAGE) {
        last = Math.max(last, asOf.seq);
        return;
      }
      last = events.at(-1)?.seq ?? last;
    }
  }

  async function* coming(): AsyncGenerator<LogNews, void> {
    while (!over.signal.aborted) {
      const news = line.shift();
      if (news !== undefined) yield news;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  }

  async function* all(): AsyncGenerator<LogNews, void> {
    yield* past();
    unfollow = feed.follow({
      events: (events) => wait(...events.map((event): LogNews => ({ kind: "event", event }))),
      beat: (beat) => {
        if (beat.received < nextBeatAt) return;
        nextBeatAt = beat.received + BEAT_GAP_MS;
        wait({ kind: "beat", beat });
      },
    });
    // What came between the last page and the subscription.
    yield* past();
    // For a first beat at once.
    feed.wake();
    for await (const news of coming()) {
      // This server's feed may be behind what was read, or what another server delivered.
      const seq = news.kind === "event" ? news.event.seq : news.beat.seq;
      if (news.kind === "event" ? seq > last : seq >= last) {
        last = seq;
        yield news;
      }
    }
  }

  feed.start();
  for (const signal of ends) {
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  }
  try {
    for await (const news of all()) {
      if (over.signal.aborted) return;
      patience.refresh();
      isOffering = true;
      yield news;
      isOffering = false;
    }
  } finally {
    clearTimeout(patience);
    unfollow();
    for (const signal of ends) signal.removeEventListener("abort", end);
  }
}
