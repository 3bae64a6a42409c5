import type { Input } from "./request.ts";
import { escape } from "../format/escape.ts";
import { type PersonContext, personText } from "../format/person.ts";
import type { News } from "../connection/news.ts";

// What the log is asked for.

/** `null`: any. */
export type AuditFilter = {
  readonly actorId: string | null;
  readonly type: string | null;
  readonly key: { readonly id: string; readonly title: string } | null;
};

export const noAuditFilter: AuditFilter = { actorId: null, type: null, key: null };

/** How many events are asked for at once. */
export const EVENT_PAGE_SIZE = 50;

export function isAuditFiltered({ actorId, type, key }: AuditFilter): boolean {
  return actorId !== null || type !== null || key !== null;
}

/** The filter in words, e.g. `by ops@example.com`; what is not set is left out. */
export function auditFilterWords(
  { actorId, type, key }: AuditFilter,
  known: PersonContext,
): string[] {
  return [
    ...(type === null ? [] : [escape(type)]),
    ...(key === null ? [] : [`of ${escape(key.title)}`]),
    ...(actorId === null ? [] : [`by ${personText(actorId, known)}`]),
  ];
}

/** Whether an event is among what is asked for. */
export function passes({ actorId, type, key }: AuditFilter, news: News): boolean {
  if (type !== null && news.type !== type) return false;
  if (key !== null && news.keyId !== key.id) return false;
  return actorId === null || (news.kind === "event" && news.actor.userId === actorId);
}

/** The question as the server takes it. */
export function eventsInput(
  { actorId, type, key }: AuditFilter,
  before: number | null,
): Input<"events.list"> {
  return {
    limit: EVENT_PAGE_SIZE,
    ...(actorId === null ? {} : { actorId }),
    ...(type === null ? {} : { type }),
    ...(key === null ? {} : { keyId: key.id }),
    ...(before === null ? {} : { before }),
  };
}
