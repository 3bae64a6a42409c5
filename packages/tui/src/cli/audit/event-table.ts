import type { EventItem } from "@latchkey/client";
import { emailIn, happened, subjectOf } from "../../format/history.ts";
import { nobodyKnown } from "../../format/people.ts";
import type { Emails } from "../emails.ts";
import type { Layout } from "../layout.ts";
import { type Column, tableInParts } from "../table.ts";

/** Events as lines: in words for a person, with their types and data for a program. */
export function eventTable(events: readonly EventItem[], layout: Layout, emails: Emails): string {
  return eventLines(layout, emails)(events);
}

/** The same part by part. */
export function eventLines(
  layout: Layout,
  emails: Emails,
): (events: readonly EventItem[]) => string {
  const seq: Column<EventItem> = { head: "SEQ", cell: (event) => String(event.seq) };
  const at: Column<EventItem> = { head: "AT", cell: (event) => layout.exact(event.at) };
  const key: Column<EventItem> = { head: "KEY", cell: ({ keyId }) => keyId ?? "", drop: 2 };
  const by: Column<EventItem> = {
    head: "BY",
    cell: ({ actor }) => byWhom(actor, emails),
    least: 14,
  };
  const from: Column<EventItem> = {
    head: "FROM",
    cell: ({ actor }) => actor.address ?? actor.via,
    drop: 1,
  };
  const columns: Column<EventItem>[] =
    layout.columns === null
      ? [
          seq,
          at,
          { head: "EVENT", cell: ({ type }) => type },
          key,
          by,
          from,
          { head: "WHAT", cell: summary },
        ]
      : [
          seq,
          at,
          { head: "WHAT", cell: happened, least: 12 },
          { head: "ABOUT", cell: (event) => about(event, emails), least: 12 },
          by,
          from,
          key,
        ];
  return tableInParts(columns, layout.columns);
}

function about(event: EventItem, emails: Emails): string {
  const { keyId, userId } = event;
  const isUnnamed = keyId === null && userId !== null && emailIn(event) === null;
  return isUnnamed ? emails(userId) : subjectOf(event, { principal: null, people: nobodyKnown });
}

function byWhom({ kind, userId, keyId }: EventItem["actor"], emails: Emails): string {
  if (userId === null) return kind;
  return keyId === null ? emails(userId) : `${emails(userId)} by ${keyId}`;
}

/** The event's data on one line, without absent fields. */
function summary({ data }: EventItem): string {
  return Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}
