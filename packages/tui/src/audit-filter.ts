import type { ListEventsInput } from "./app/request.ts";
import { escape } from "./format/escape.ts";
import { type Known, personText } from "./format/person.ts";

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
export function auditFilterWords({ actorId, type, key }: AuditFilter, known: Known): string[] {
  return [
    ...(type === null ? [] : [escape(type)]),
    ...(key === null ? [] : [`of ${escape(key.title)}`]),
    ...(actorId === null ? [] : [`by ${personText(actorId, known)}`]),
  ];
}

/** The question as the server takes it. */
export function eventsInput(
  { actorId, type, key }: AuditFilter,
  before: number | null,
): ListEventsInput {
  return {
    limit: EVENT_PAGE_SIZE,
    ...(actorId === null ? {} : { actorId }),
    ...(type === null ? {} : { type }),
    ...(key === null ? {} : { keyId: key.id }),
    ...(before === null ? {} : { before }),
  };
}
