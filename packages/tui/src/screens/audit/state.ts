import type { EventItem, EventPage } from "@latchkey/client";
import type { Press } from "../../kit/press.ts";
import type { Reply } from "../../kit/request.ts";
import {
  type AuditFilter,
  EVENT_PAGE_SIZE,
  eventsInput,
  isAuditFiltered,
  noAuditFilter,
  passes,
} from "../../kit/audit-filter.ts";
import { actionFor } from "../../kit/keymap.ts";
import { movedOnPage, type PagedMove } from "../../kit/list.ts";
import {
  asking,
  failed,
  isAwaited,
  isBehind,
  ready,
  type Remote,
  unread,
} from "../../kit/remote.ts";
import type { Context, Screen, Update } from "../../kit/screen.ts";
import { visibleEvents } from "./layout.ts";
import { askForKey, keyAnswered } from "./open-key.ts";
import { onlyLike } from "./only.ts";

export type AuditState = {
  readonly kind: "audit";
  readonly filter: AuditFilter;
  /** The events on the screen, newest first. They are read silently to follow what happens. */
  readonly page: Remote<EventPage>;
  readonly pageIndex: number;
  /** Before which event each page so far was asked for. */
  readonly befores: readonly (number | null)[];
  readonly selected: number;
  /** The newest page as it is by now, while the cursor is at an older position. */
  readonly newer: EventPage | null;
  /** The newest event that was on the screen. */
  readonly newestShown: number;
  /** The page that was asked for last. */
  readonly wanted: number;
  /** The current request for a key. */
  readonly keyAsked: number;
};

export function openAudit(): Update<AuditState> {
  return load(
    {
      kind: "audit",
      filter: noAuditFilter,
      page: unread,
      pageIndex: 0,
      befores: [null],
      selected: 0,
      newer: null,
      newestShown: 0,
      wanted: 0,
      keyAsked: 0,
    },
    0,
  );
}

function selectedEvent({ page, selected }: AuditState): EventItem | null {
  return page.known?.items[selected] ?? null;
}

/** On the newest event: what happens next appears above it, under the cursor. */
export function isFollowing({ pageIndex, selected, newer }: AuditState): boolean {
  return pageIndex === 0 && selected === 0 && newer === null;
}

/** How many events came since, e.g. `3`, or `50+` if more came than were requested. */
export function newerText({ newer, newestShown }: AuditState): string {
  if (newer === null) return "";
  const count = newer.items.filter(({ seq }) => seq > newestShown).length;
  return count === newer.items.length && newer.nextBefore !== null ? `${count}+` : `${count}`;
}

function load(state: AuditState, pageIndex: number, how?: "silently"): Update<AuditState> {
  const input = eventsInput(state.filter, state.befores[pageIndex] ?? null);
  const [page, ask] = asking(state.page, { procedure: "events.list", input }, how);
  return [{ ...state, page, wanted: pageIndex }, [ask]];
}

/** Other filters: from the newest event. */
function auditLike(state: AuditState, filter: AuditFilter): Update<AuditState> {
  const reset = { befores: [null], selected: 0, newer: null, newestShown: 0 };
  return load({ ...state, filter, ...reset }, 0);
}

export const audit: Screen<AuditState> = {
  press,
  answer,
  receive: (state, message) =>
    message.about === "audit" ? auditLike(state, message.filter) : [state],
  concerns: ({ filter }, news) => passes(filter, news),
  refresh: (state) =>
    isBehind(state.page) && state.page.known === null
      ? load(state, state.wanted)
      : load(state, 0, "silently"),
  isBehind: ({ page }) => isBehind(page),
  offers,
};

function offers(state: AuditState, action: string): boolean {
  switch (action) {
    case "open":
      return selectedEvent(state) !== null;
    case "key":
    case "only-key":
      return selectedEvent(state)?.keyId != null;
    case "next-page":
      return state.page.known?.nextBefore != null;
    case "first":
      return !isFollowing(state);
    default:
      return true;
  }
}

function press(state: AuditState, pressed: Press, context: Context): Update<AuditState> {
  const action = actionFor("audit", pressed);
  const event = selectedEvent(state);
  switch (action) {
    case "open": {
      if (event === null) return [state];
      const events = state.page.known?.items ?? [];
      const route = { to: "event", events, at: state.selected } as const;
      return [state, [{ command: "open", route }]];
    }
    case "key":
      return askForKey(state, event);
    case "filter":
      return [state, [{ command: "open", route: { to: "audit-filter", filter: state.filter } }]];
    case "only-actor":
    case "only-type":
    case "only-key": {
      const filter = event === null ? null : onlyLike(state.filter, action, event, context);
      return filter === null ? [state] : auditLike(state, filter);
    }
    case "clear":
      return isAuditFiltered(state.filter) ? auditLike(state, noAuditFilter) : [state];
    case "refresh":
      return load(state, state.pageIndex);
    case "help":
      return [state, [{ command: "open", route: { to: "help", about: "audit" } }]];
    case "quit":
      return [state, [{ command: "quit" }]];
    case null:
      return [state];
    default:
      return move(state, action, context);
  }
}

function move(state: AuditState, action: PagedMove, { rows }: Context): Update<AuditState> {
  const isUp = action === "up" && state.selected === 0 && state.newer !== null;
  if (isUp || action === "first") return toNewest(state);
  const count = state.page.known?.items.length ?? 0;
  const to = movedOnPage(state.selected, action, count, visibleEvents(rows));
  return "turn" in to ? turnPage(state, to.turn) : [{ ...state, selected: to.row }];
}

function toNewest(state: AuditState): Update<AuditState> {
  if (state.newer !== null) return [shown(state, state.newer, 0)];
  return state.pageIndex === 0 ? [{ ...state, selected: 0 }] : load(state, 0);
}

function turnPage(state: AuditState, by: number): Update<AuditState> {
  const pageIndex = state.pageIndex + by;
  const known = pageIndex >= 0 && (by < 0 || (state.page.known?.nextBefore ?? null) !== null);
  return known && !isAwaited(state.page) ? load(state, pageIndex) : [state];
}

function answer(state: AuditState, given: Reply): Update<AuditState> {
  if (given.procedure === "keys.get") return keyAnswered(state, given);
  if (given.procedure !== "events.list" || given.ask !== state.page.asked) return [state];
  if (!given.ok) return [{ ...state, page: failed(state.page, given.failure) }];
  if (isAwaited(state.page)) return [shown(state, given.value, state.wanted)];
  if (isFollowing(state)) return [shown(state, given.value, 0)];
  const grew = (given.value.items[0]?.seq ?? 0) > state.newestShown;
  const page = ready(state.page, state.page.known ?? given.value);
  return [{ ...state, page, newer: grew ? given.value : state.newer }];
}

/** Another page is on the screen, its first row under the cursor. */
function shown(state: AuditState, page: EventPage, pageIndex: number): AuditState {
  const newest = pageIndex === 0 ? (page.items[0]?.seq ?? 0) : state.newestShown;
  return {
    ...state,
    page: ready(state.page, page),
    pageIndex,
    befores: [...state.befores.slice(0, pageIndex + 1), page.nextBefore],
    // A reload by r keeps its row.
    selected: isSamePage(state, page) ? state.selected : 0,
    newer: pageIndex === 0 ? null : state.newer,
    newestShown: newest,
  };
}

function isSamePage({ page: { known } }: AuditState, next: EventPage): boolean {
  return known !== null && known.items[0]?.seq === next.items[0]?.seq;
}

/** Bottom right: `51–87 of 87`; `1–50 of more` without a count. */
export function rangeOfEvents({ page: { known: page }, pageIndex }: AuditState): string {
  if (page === null || page.items.length === 0) return "";
  const first = pageIndex * EVENT_PAGE_SIZE + 1;
  const last = first + page.items.length - 1;
  return `${first}–${last} of ${page.nextBefore === null ? last : "more"}`;
}
