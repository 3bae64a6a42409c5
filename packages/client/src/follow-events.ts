import { type CallError, errorOf } from "./call-error.ts";
import type { LatchkeyClient } from "./contract.ts";
import type { WatchItem } from "./wire.ts";

// Follows the log forever: whenever one watch ends, the next one starts.

/** A beat comes each second: after this long without one the connection counts as lost. */
const SILENCE_MS = 3000;
/** How long a watch may take until its first beat. */
const JOIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** A refused watch will hardly be allowed a moment later. */
const REFUSED_PAUSE_MS = 10_000;

/** None of it may throw. */
export type EventsObserver = {
  /** From here on nothing is missed; what was known before may be stale. */
  readonly joined: () => void;
  readonly item: (item: WatchItem) => void;
  /**
   * There are no events until it has joined again. Called once, and again if the reason changes. LOG_RESTARTED
   * says that the log was truncated: events after the cut no longer exist.
   */
  readonly lost: (error: CallError) => void;
};

/** Follows the log, and rejoins whenever the connection is lost. Returns an unsubscribe function. */
export function followEvents(
  { events }: Pick<LatchkeyClient, "events">,
  observer: EventsObserver,
): () => void {
  let isClosed = false;
  let isJoined = false;
  let failures = 0;
  let lostBy: CallError["code"] | null = null;
  /** The last position in the log that was received. */
  let known: string | undefined;
  let leave = () => {};
  let next: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;

  const expectItem = (withinMs: number) => {
    clearTimeout(silence);
    silence = setTimeout(() => fail(new Error("no beat came")), withinMs);
  };

  const fail = (thrown: unknown) => {
    const error = errorOf(thrown);
    leave();
    clearTimeout(silence);
    isJoined = false;
    // It starts over, at once; also with an older server, which does not know `known`.
    if (error.code === "LOG_RESTARTED" || error.code === "INPUT_INVALID") known = undefined;
    if (error.code === "LOG_RESTARTED") failures = 0;
    clearTimeout(next);
    next = setTimeout(begin, pauseAfter(failures, error));
    failures += 1;
    if (lostBy === error.code) return;
    lostBy = error.code;
    observer.lost(error);
  };

  const begin = () => {
    let isLeft = false;
    const unlessLeft =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args) => {
        if (!isLeft) act(...args);
      };
    const end = unlessLeft(() => fail(new Error("the watch ended")));
    const { unsubscribe } = events.watch.subscribe(known === undefined ? undefined : { known }, {
      onData: unlessLeft(({ id, data }) => {
        // An older server sends a bare number, which is no position to ask for.
        known = id.includes(":") ? id : undefined;
        receive(data);
      }),
      // It would reconnect by itself, but after three seconds.
      onConnectionStateChange: unlessLeft(({ state, error }) => {
        if (state === "connecting" && error !== null) fail(error);
      }),
      onError: unlessLeft(fail),
      onStopped: end,
      onComplete: end,
    });
    leave = () => {
      isLeft = true;
      unsubscribe();
    };
    expectItem(JOIN_MS);
  };

  const receive = (item: WatchItem) => {
    expectItem(SILENCE_MS);
    if (!isJoined) {
      isJoined = true;
      failures = 0;
      lostBy = null;
      observer.joined();
    }
    observer.item(item);
  };

  begin();
  return () => {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(next);
    clearTimeout(silence);
    leave();
  };
}

/** With jitter: a server that stops disconnects all its watchers at once. */
function pauseAfter(failures: number, { code }: CallError): number {
  const longest = code === "UNAVAILABLE" ? LONGEST_PAUSE_MS : REFUSED_PAUSE_MS;
  const pause = Math.min(longest, FIRST_PAUSE_MS * 2 ** failures);
  return pause * (0.5 + Math.random() / 2);
}
