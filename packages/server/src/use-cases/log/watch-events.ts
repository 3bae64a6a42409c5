import {
  cacheChangeOf,
  type DomainError,
  EMPTY_LOG_MAC,
  err,
  type LogPosition,
  ok,
  type Principal,
  positionOf,
  type Result,
  type WatchRights,
  watchRights,
} from "@latchkey/core";
import { followLog } from "../../events/follow-log.ts";
import type { Head, StoredEvent } from "../../store/port/log.ts";
import type { Store } from "../../store/port/store.ts";
import type { Caller, Services } from "../services.ts";

// The log as it grows, for one principal: what they may see of it, for as long as they may see it.

export type Watched = {
  /** Where in the log it leaves the watcher, who may resume after it. */
  readonly position: LogPosition;
  readonly seq: number;
} & (
  | {
      /** An event in full, or the fact that something about a key or its owner changed. */
      readonly kind: "event" | "fact";
      readonly event: StoredEvent;
    }
  /** Everything up to `seq` was delivered; at the database it was `at`. */
  | { readonly kind: "beat"; readonly at: Date }
);

/** A position that a watcher knows; the MAC is `null` if it knows only the number. */
export type KnownPosition = { readonly seq: number; readonly mac: string | null };

export type WatchOptions = {
  /** The last that the watcher knows; `null` to start with the next event. */
  readonly after: KnownPosition | null;
  /** A position that the log must have, for a watch that does not start after it. */
  readonly known: KnownPosition | null;
  /** Identifies the caller again, by the database. */
  readonly identifyAgain: () => Promise<Caller | null>;
  /** Each of them ends the watch. */
  readonly ends: readonly AbortSignal[];
  /** Destroys the connection, since its client does not read. */
  readonly cut: () => void;
};

/**
 * Lasts until an error, which is the last item, or until `ends`; the watcher is too slow; the log was
 * truncated; or what they may see has changed. Then they should reconnect, and resume after the last position.
 * Errors: FORBIDDEN, UNAUTHENTICATED, RATE_LIMITED, LOG_RESTARTED. May throw `Outage`.
 *
 * @param caller as known here; the database identifies them again before anything is delivered
 */
export async function* watchEvents(
  services: Services,
  caller: Caller,
  options: WatchOptions,
): AsyncGenerator<Result<Watched, DomainError>, void> {
  const { store, feed, watches } = services;
  const leave = watches.enter(caller.principal);
  if (leave === null) return yield err({ code: "RATE_LIMITED", retryAfterSeconds: 5 });
  const restarted = new AbortController();
  // Before the position is checked: a truncation after that ends the watch.
  const unfollow = feed.follow({
    reset: (from) => {
      if (from === "anew") restarted.abort();
    },
  });
  try {
    const head = await store.readHead();
    // After the head, since from there on each event about the credential passes here.
    const judged = await options.identifyAgain();
    if (judged === null) return yield err({ code: "UNAUTHENTICATED" });
    const { principal } = judged;
    const rights = watchRights(principal);
    if (!rights.ok) return yield rights;
    for (const place of [options.after, options.known]) {
      if (place === null || (await holds(store, place, head))) continue;
      return yield err({ code: "LOG_RESTARTED", head: positionOf(head) });
    }
    const visibleTo = readableTo(principal, rights.value);
    const readAfter = (seq: number, limit: number) =>
      store.readVisibleAfter({ after: seq, visibleTo, limit });
    const after = options.after?.seq ?? head.seq;
    const ends = [...options.ends, restarted.signal];
    let { endsAt = null } = judged;

    for await (const news of followLog({ feed, readAfter, after, ends, onStuck: options.cut })) {
      const { at } = news.kind === "event" ? news.event : news.beat;
      const isTouched = news.kind === "event" && touches(principal, news.event);
      if (isTouched || (endsAt !== null && endsAt <= at)) {
        const again = await options.identifyAgain();
        if (again === null) return yield err({ code: "UNAUTHENTICATED" });
        if (!isSamePower(again.principal, principal)) return undefined;
        ({ endsAt = null } = again);
      }
      if (news.kind === "beat") {
        const { seq, position } = news.beat;
        yield ok({ kind: "beat", seq, at, position });
        continue;
      }
      const { event } = news;
      const kind = shownAs(event, principal, rights.value);
      if (kind !== null) yield ok({ kind, seq: event.seq, event, position: positionOf(event) });
    }
  } finally {
    unfollow();
    leave();
  }
  return undefined;
}

/** Whether the log still has this position; of a bare number, whether it reaches that far. */
async function holds(store: Store, { seq, mac }: KnownPosition, head: Head): Promise<boolean> {
  if (mac === null || seq > head.seq) return seq <= head.seq;
  if (seq === 0) return mac === positionOf({ seq, mac: EMPTY_LOG_MAC }).mac;
  const [event] = (await store.readLogAfter(seq - 1, 1)).events;
  return event?.seq === seq && positionOf(event).mac === mac;
}

/** Whose events must be read for them; `null`: everybody's. */
function readableTo({ userId }: Principal, { whole, facts }: WatchRights) {
  return whole === "everybody" || facts ? null : userId;
}

function shownAs(
  event: StoredEvent,
  { userId }: Principal,
  { whole, facts }: WatchRights,
): "event" | "fact" | null {
  if (whole === "everybody" || (whole === "own" && event.ownerId === userId)) return "event";
  return facts && cacheChangeOf(event) !== null ? "fact" : null;
}

/** Whether an event may have changed what the principal's power depends on. */
function touches(principal: Principal, { type, keyId, ownerId }: StoredEvent): boolean {
  if (keyId !== null) return principal.kind === "key" && keyId === principal.keyId;
  if (ownerId !== principal.userId) return false;
  return type !== "session.started" && type !== "user.created";
}

function isSamePower(one: Principal, other: Principal): boolean {
  const scopesOf = (principal: Principal) => (principal.kind === "key" ? principal.scopes : []);
  return one.role === other.role && scopesOf(one).join(" ") === scopesOf(other).join(" ");
}
