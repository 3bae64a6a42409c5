import {
  cacheChangeOf,
  type DomainError,
  err,
  ok,
  type Principal,
  type Result,
  type WatchRights,
  watchRights,
} from "@latchkey/core";
import { followLog } from "../events/follow-log.ts";
import type { StoredEvent } from "../store/store.ts";
import type { Caller, Services } from "./services.ts";

// The log as it grows, for one principal: what they may see of it, for as long as they may see it.

export type Watched =
  /** An event that is theirs to read whole. */
  | { readonly kind: "event"; readonly seq: number; readonly event: StoredEvent }
  /** That something about a key or its owner changed. */
  | { readonly kind: "fact"; readonly seq: number; readonly event: StoredEvent }
  /** Everything up to `seq` has been given; at the database it was `at`. */
  | { readonly kind: "beat"; readonly seq: number; readonly at: Date };

export type WatchOptions = {
  /** The last `seq` that the watcher knows; `null` for what comes from now on. */
  readonly after: number | null;
  /** Judges the credential again, as when the call came in. */
  readonly identifyAgain: () => Promise<Caller | null>;
  /** Each of them ends the watch. */
  readonly ends: readonly AbortSignal[];
  /** Breaks the connection off, since its other end does not read. */
  readonly cut: () => void;
};

/**
 * Goes on until an error, which is the last that it gives, or until `ends`; the watcher is too slow; or
 * what they may see has changed. Then they are to come again, and go on after the last `seq`. Errors:
 * FORBIDDEN, UNAUTHENTICATED, RATE_LIMITED, INPUT_INVALID. May throw `Outage`.
 */
export async function* watchEvents(
  services: Services,
  caller: Caller,
  options: WatchOptions,
): AsyncGenerator<Result<Watched, DomainError>, void> {
  const { store, feed, watches } = services;
  const { after, ends, cut } = options;
  const rights = watchRights(caller.principal);
  if (!rights.ok) return yield rights;
  const leave = watches.enter(caller.principal);
  if (leave === null) return yield err({ code: "RATE_LIMITED", retryAfterSeconds: 5 });
  try {
    if (after !== null && after > (await store.readHead()).seq) return yield err(BEYOND_END);
    const visibleTo = readableTo(caller.principal, rights.value);
    const readAfter = (seq: number, limit: number) =>
      store.readVisibleAfter({ after: seq, visibleTo, limit });
    let { endsAt = null } = caller;

    for await (const news of followLog({ feed, readAfter, after, ends, onStuck: cut })) {
      const { at } = news.kind === "event" ? news.event : news.beat;
      const isTouched = news.kind === "event" && touches(caller.principal, news.event);
      if (isTouched || (endsAt !== null && endsAt <= at)) {
        const again = await options.identifyAgain();
        if (again === null) return yield err({ code: "UNAUTHENTICATED" });
        if (!isSamePower(again.principal, caller.principal)) return undefined;
        ({ endsAt = null } = again);
      }
      if (news.kind === "beat") {
        yield ok({ kind: "beat", seq: news.beat.seq, at });
        continue;
      }
      const { event } = news;
      const kind = shownAs(event, caller.principal, rights.value);
      if (kind !== null) yield ok({ kind, seq: event.seq, event });
    }
  } finally {
    leave();
  }
  return undefined;
}

const BEYOND_END: DomainError = {
  code: "INPUT_INVALID",
  fields: [{ field: "after", message: "The log does not reach so far. Leave it out." }],
};

/** Whose events have to be read for them; `null`: everybody's. */
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

/** Whether an event may have changed what the principal's power rests on. */
function touches(principal: Principal, { type, keyId, ownerId }: StoredEvent): boolean {
  if (keyId !== null) return principal.kind === "key" && keyId === principal.keyId;
  if (ownerId !== principal.userId) return false;
  return type !== "session.started" && type !== "user.created";
}

function isSamePower(one: Principal, other: Principal): boolean {
  const scopesOf = (principal: Principal) => (principal.kind === "key" ? principal.scopes : []);
  return one.role === other.role && scopesOf(one).join(" ") === scopesOf(other).join(" ");
}
