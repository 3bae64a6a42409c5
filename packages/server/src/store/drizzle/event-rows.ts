import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import { events } from "../../db/schema.ts";
import type { EventQuery, StoredEvent } from "../port/log.ts";

// An event as a row, and a row as an event.

type EventRow = typeof events.$inferSelect;

export function eventFromRow(row: EventRow): StoredEvent {
  const event = {
    seq: row.seq,
    at: row.at,
    type: row.type,
    actor: {
      kind: row.actorKind,
      userId: row.actorUserId,
      keyId: row.actorKeyId,
      via: row.via,
      address: row.address,
    },
    keyId: row.keyId,
    userId: row.userId,
    ownerId: row.ownerId,
    data: row.data,
    mac: row.mac,
  };
  // Its data matches its type: they are chained together.
  return event as StoredEvent;
}

export function newEventRow(event: StoredEvent): typeof events.$inferInsert {
  const { actor } = event;
  return {
    seq: event.seq,
    at: event.at,
    type: event.type,
    actorKind: actor.kind,
    actorUserId: actor.userId,
    actorKeyId: actor.keyId,
    via: actor.via,
    address: actor.address,
    keyId: event.keyId,
    userId: event.userId,
    ownerId: event.ownerId,
    data: event.data,
    mac: event.mac,
  };
}

export function matchingEvents(query: EventQuery): SQL | undefined {
  const { visibleTo, keyId, actorId, type, before } = query;
  return and(
    visibleTo === null ? undefined : eq(events.ownerId, visibleTo),
    keyId === undefined ? undefined : eq(events.keyId, keyId as `key_${string}`),
    actorId === undefined ? undefined : eq(events.actorUserId, actorId as `user_${string}`),
    type === undefined ? undefined : eq(events.type, type),
    before === undefined ? undefined : lt(events.seq, before),
  );
}

export const newestFirst = desc(events.seq);
