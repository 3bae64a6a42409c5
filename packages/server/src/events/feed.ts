import { bytesEqual, type LogPosition, positionOf } from "@latchkey/core";
import type { FollowObserver, LogLink } from "../db/database.ts";
import type { LogPage, StoredEvent } from "../store/store.ts";

// Follows the log: listens first, then reads what stands after the last `seq` it gave, again and again.
// Being woken only makes it sooner; each second it looks in any case, which is also its heartbeat.

const BEAT_MS = 1000;
/** How often it looks where nobody wakes it. */
const POLL_MS = 200;
/** After so long without an answer what followers know is not to be relied on. */
const SILENCE_MS = 3 * BEAT_MS;
const RETRY_MS = 100;
const PAGE = 500;

/** All events up to `seq` have been given. Between `sent` and `received` (monotonic) it was `at` there. */
export type Beat = {
  readonly seq: number;
  readonly at: Date;
  /** Of the last event that was given. */
  readonly position: LogPosition;
  readonly sent: number;
  readonly received: number;
};

/** What one wants to be told of. None of it may throw. */
type Follower = {
  /** In order, each event once. */
  readonly events?: (events: readonly StoredEvent[]) => void;
  readonly beat?: (beat: Beat) => void;
  /**
   * The link was lost, or is back: what is known may be old. Nothing is missed, unless the log was cut and
   * it begins `anew`, from another event than it came to.
   */
  readonly reset?: (from: "here" | "anew") => void;
  /** The state is another now; with what went wrong, where something did. */
  readonly state?: (state: FeedState, error?: unknown) => void;
};

/** `off` until it is started; `polling` is live too, where nobody tells of changes, or nobody just now. */
type FeedState = "off" | "connecting" | "live" | "polling" | "down";

export type Feed = {
  /** Begins to follow, once; gives nothing back, since it goes on for ever. */
  readonly start: () => void;
  readonly follow: (follower: Follower) => () => void;
  /** Something was appended here. */
  readonly wake: () => void;
  readonly state: () => FeedState;
  /** The last `seq` that was given; `null` before the first look. */
  readonly seq: () => number | null;
  /** When the last beat was, by the monotonic clock. */
  readonly lastBeatAt: () => number | null;
  readonly close: () => Promise<void>;
};

/** Where in the log; the MAC tells whether it is still the same log. */
type Place = { readonly seq: number; readonly mac: Uint8Array };

export type FeedOptions = {
  readonly readLogAfter: (seq: number, limit: number) => Promise<LogPage>;
  readonly readHead: () => Promise<Place>;
  readonly followLog: (observer: FollowObserver) => Promise<LogLink>;
};

export function createFeed({ readLogAfter, readHead, followLog }: FeedOptions): Feed {
  const followers = new Set<Follower>();
  let state: FeedState = "off";
  /** The last event that was given, or the head that it began from. */
  let last: Place | null = null;
  let lastBeatAt: number | null = null;
  const life = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let silence: NodeJS.Timeout | undefined;
  /** Ends the wait for the next look, if there is one; remembered where there is none. */
  let nudge: () => void = () => {};
  let isNudged = false;

  const notify = (what: (follower: Follower) => void) => {
    for (const follower of followers) what(follower);
  };
  const enter = (next: FeedState, error?: unknown) => {
    if (state === next) return;
    state = next;
    notify((follower) => follower.state?.(next, error));
  };
  const wake = () => {
    isNudged = true;
    nudge();
  };
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (isNudged || life.signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      nudge = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const watchForSilence = () => {
    clearTimeout(silence);
    silence = setTimeout(() => notify((follower) => follower.reset?.("here")), SILENCE_MS);
    silence.unref();
  };

  /**
   * Reads all there is after a place, and the event there with it, which tells whether this is still the same
   * log: a failover to a standby that lagged, or a restored backup, leaves a shorter one, and other events
   * may have taken its numbers since.
   *
   * @returns whether it is
   */
  const look = async (from: Place): Promise<boolean> => {
    for (let after = from; ; ) {
      isNudged = false;
      const sent = performance.now();
      const page = await readLogAfter(Math.max(0, after.seq - 1), PAGE);
      const received = performance.now();
      const events = page.events.slice(after.seq === 0 ? 0 : 1);
      if (after.seq > 0 && !isPlaceOf(page.events[0], after)) return false;
      const newest = events.at(-1);
      if (newest !== undefined) {
        after = newest;
        last = newest;
        notify((follower) => follower.events?.(events));
      }
      if (page.events.length === PAGE) continue;
      lastBeatAt = received;
      watchForSilence();
      const { seq, at } = page.asOf;
      const position = positionOf(after);
      notify((follower) => follower.beat?.({ seq, at, position, sent, received }));
      return true;
    }
  };

  const followOnce = async () => {
    const lost = new AbortController();
    /** By whom we are woken; without anybody we look by ourselves, since the log may be in reach yet. */
    let link: LogLink | null = null;
    const observer = {
      onWake: wake,
      onLost: () => {
        // A link that could not be had in the first place is lost as well, and ends nothing.
        if (link !== null) lost.abort();
        wake();
      },
    };
    let missing: unknown;
    const listen = async () => {
      try {
        link = await followLog(observer);
        missing = undefined;
      } catch (error) {
        missing = error;
      }
    };
    await listen();
    let trying: Promise<void> | null = null;
    const tryAgain = () => {
      trying ??= listen().finally(() => {
        trying = null;
        // What came before it listened is read now.
        wake();
      });
    };
    try {
      // Before anything is relied on: what is read from here on is told of when it changes.
      last ??= await readHead();
      notify((follower) => follower.reset?.("here"));
      let checkedAt = performance.now();
      while (!life.signal.aborted && !lost.signal.aborted) {
        if (!(await look(last))) {
          last = await readHead();
          notify((follower) => follower.reset?.("anew"));
          // Where somebody took the head's own event away, this comes again and again.
          await wait(POLL_MS);
          continue;
        }
        const { isWoken, check } = (link as LogLink | null) ?? { isWoken: false, check: tryAgain };
        enter(isWoken ? "live" : "polling", missing);
        await wait(isWoken ? BEAT_MS : POLL_MS);
        if (performance.now() - checkedAt < BEAT_MS) continue;
        checkedAt = performance.now();
        await check();
      }
    } finally {
      const closed = Promise.resolve(trying).then(() => link?.close());
      if (life.signal.aborted) await closed;
    }
  };

  const followForEver = async () => {
    while (!life.signal.aborted) {
      try {
        await followOnce();
        if (!life.signal.aborted) enter("down");
      } catch (error) {
        enter("down", error);
      }
      isNudged = false;
      if (!life.signal.aborted) await wait(RETRY_MS);
    }
  };

  return {
    start() {
      if (state !== "off" || life.signal.aborted) return;
      enter("connecting");
      running = followForEver();
    },
    follow(follower) {
      followers.add(follower);
      return () => followers.delete(follower);
    },
    wake,
    state: () => state,
    seq: () => last?.seq ?? null,
    lastBeatAt: () => lastBeatAt,
    async close() {
      life.abort();
      clearTimeout(silence);
      nudge();
      await running;
      followers.clear();
    },
  };
}

function isPlaceOf(event: StoredEvent | undefined, { seq, mac }: Place): boolean {
  return event !== undefined && event.seq === seq && bytesEqual(event.mac, mac);
}
