import { type CallError, errorOf } from "./call-error.ts";
import type { LatchkeyClient } from "./contract.ts";
import type { WatchItem } from "./wire.ts";

// Watches the log for ever: whatever ends one watch, the next one begins.

/** A beat comes each second: after so long without one the connection is good for nothing. */
const SILENCE_MS = 3000;
/** How long a watch may take until its first beat. */
const JOIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** What was refused will hardly be allowed a moment later. */
const REFUSED_PAUSE_MS = 10_000;

/** None of it may throw. */
export type EventsObserver = {
  /** From here on nothing is missed; what was known before may be old. */
  readonly joined: () => void;
  readonly item: (item: WatchItem) => void;
  /**
   * Nothing is told until it has joined again; told once, and again where the reason changes. LOG_RESTARTED
   * says that the log was cut: what was told of events after the cut holds no more.
   */
  readonly lost: (error: CallError) => void;
};

/** Gives the way to stop. */
export function followEvents(
  { events }: Pick<LatchkeyClient, "events">,
  observer: EventsObserver,
): () => void {
  let isClosed = false;
  let isJoined = false;
  let failures = 0;
  let lostBy: CallError["code"] | null = null;
  /** The last place of the log that was told of. */
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
    // It begins anew, at once; also at an older server, which does not know the question.
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
        // An older server tells a number alone, which is no place to be asked for.
        known = id.includes(":") ? id : undefined;
        receive(data);
      }),
      // It would connect again by itself, but after three seconds.
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

/** With a part of chance in it: a server that stops sends all its watchers off at once. */
function pauseAfter(failures: number, { code }: CallError): number {
  const longest = code === "UNAVAILABLE" ? LONGEST_PAUSE_MS : REFUSED_PAUSE_MS;
  const pause = Math.min(longest, FIRST_PAUSE_MS * 2 ** failures);
  return pause * (0.5 + Math.random() / 2);
}
