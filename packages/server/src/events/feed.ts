import { bytesEqual, type LogPosition, positionOf } from "@latchkey/core";
import type { FollowObserver, LogLink, LogPage, StoredEvent } from "../store/port/log.ts";

// Follows the log: listens first, then reads what comes after the last delivered `seq`, again and again. A
// notification only makes it sooner; it reads each second in any case, which is also its heartbeat.

const BEAT_MS = 1000;
/** How often it reads without notifications. */
const POLL_MS = 200;
/** After this long without an answer followers must not rely on what they know. */
const SILENCE_MS = 3 * BEAT_MS;
const RETRY_MS = 100;
const PAGE = 500;

/** All events up to `seq` were delivered. Between `sent` and `received` (monotonic) it was `at` at the database. */
export type Beat = {
  readonly seq: number;
  readonly at: Date;
  /** Of the last event that was delivered. */
  readonly position: LogPosition;
  readonly sent: number;
  readonly received: number;
};

/** The callbacks of a follower. None of them may throw. */
type Follower = {
  /** In order, each event once. */
  readonly events?: (events: readonly StoredEvent[]) => void;
  readonly beat?: (beat: Beat) => void;
  /**
   * The connection was lost, or is back: what is known may be stale. Nothing is missed, unless the log was truncated
   * and it starts `anew`, from another event than the last one.
   */
  readonly reset?: (from: "here" | "anew") => void;
  /** The state has changed; with the error that caused it, if there was one. */
  readonly state?: (state: FeedState, error?: unknown) => void;
};

/** `off` until it is started; `polling` works like live, but without notifications, permanently or just now. */
type FeedState = "off" | "connecting" | "live" | "polling" | "down";

export type Feed = {
  /** Starts to follow, once; it never ends by itself. */
  readonly start: () => void;
  readonly follow: (follower: Follower) => () => void;
  /** Something was appended here. */
  readonly wake: () => void;
  readonly state: () => FeedState;
  /** The last `seq` that was delivered; `null` before the first read. */
  readonly seq: () => number | null;
  /** When the last beat was, by the monotonic clock. */
  readonly lastBeatAt: () => number | null;
  readonly close: () => Promise<void>;
};

/** A position in the log; the MAC shows whether it is still the same log. */
type EventPosition = { readonly seq: number; readonly mac: Uint8Array };

export type FeedOptions = {
  readonly readLogAfter: (seq: number, limit: number) => Promise<LogPage>;
  readonly readHead: () => Promise<EventPosition>;
  readonly followLog: (observer: FollowObserver) => Promise<LogLink>;
};

export function createFeed({ readLogAfter, readHead, followLog }: FeedOptions): Feed {
  const followers = new Set<Follower>();
  let state: FeedState = "off";
  /** The last event that was delivered, or the head that it started from. */
  let last: EventPosition | null = null;
  let lastBeatAt: number | null = null;
  const life = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let silence: NodeJS.Timeout | undefined;
  /** Ends the wait for the next read, if there is one; remembered otherwise. */
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
   * Reads everything after a position, and the event at it, which shows whether this is still the same log: a
   * failover to a lagging standby, or a restored backup, leaves a shorter one, and other events may have taken
   * its numbers since.
   *
   * @returns whether it is
   */
  const look = async (from: EventPosition): Promise<boolean> => {
    for (let after = from; ; ) {
      isNudged = false;
      const sent = performance.now();
      const page = await readLogAfter(Math.max(0, after.seq - 1), PAGE);
      const received = performance.now();
      const events = page.events.slice(after.seq === 0 ? 0 : 1);
      if (after.seq > 0 && !isPositionOf(page.events[0], after)) return false;
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
    /** What wakes us; without it we poll, since the log may still be reachable. */
    let link: LogLink | null = null;
    const observer = {
      onWake: wake,
      onLost: () => {
        // A connection that was never established is lost as well, and ends nothing.
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
      // Before anything is relied on: from here on changes are delivered.
      last ??= await readHead();
      notify((follower) => follower.reset?.("here"));
      let checkedAt = performance.now();
      while (!life.signal.aborted && !lost.signal.aborted) {
        if (!(await look(last))) {
          last = await readHead();
          notify((follower) => follower.reset?.("anew"));
          // If somebody removed the head's own event, this repeats.
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

function isPositionOf(event: StoredEvent | undefined, { seq, mac }: EventPosition): boolean {
  return event !== undefined && event.seq === seq && bytesEqual(event.mac, mac);
}
