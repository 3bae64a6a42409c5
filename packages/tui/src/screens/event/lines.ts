import type { EventItem } from "@latchkey/client";
import { type FactLine, factLines } from "../../format/facts.ts";
import { escape } from "../../format/escape.ts";
import { subjectOf } from "../../format/history.ts";
import { actorText } from "../../format/person.ts";
import { exact } from "../../format/time.ts";
import type { Context } from "../../kit/screen.ts";

/** Header, gap, title, gap, message, hints. */
const OTHER_LINES = 6;

/** How many lines of the page are seen at once. */
export function eventRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export function eventLines(event: EventItem, context: Context): FactLine[] {
  return factLines(factsOf(event, context), context.columns);
}

/** Its origin, for people. */
const origins = {
  local: "the local socket",
  process: "the server's own process",
  http: "HTTP",
  ssh: "SSH",
} satisfies Record<EventItem["actor"]["via"], string>;

function factsOf(event: EventItem, context: Context): (readonly [string, string])[] {
  const { actor, keyId, userId, data } = event;
  const origin = origins[actor.via] ?? escape(actor.via);
  const about = subjectOf(event, context);
  const at = new Date(event.at);
  return [
    ["When", `${exact(at)}:${String(at.getSeconds()).padStart(2, "0")}`],
    ["By", `${actorText(actor, context)}${actor.kind === "operator" ? ", the operator" : ""}`],
    ["From", actor.address === null ? origin : `${escape(actor.address)} by ${origin}`],
    ...(about === "" ? [] : [["About", about] as const]),
    ...(keyId === null ? [] : [["Key", escape(keyId)] as const]),
    ...(userId === null ? [] : [["User", escape(userId)] as const]),
    ["Type", escape(event.type)],
    ["In UTC", escape(event.at)],
    ...Object.entries(data)
      .filter(([, value]) => value !== null && value !== about)
      .map(([name, value]) => [labelOf(name, value, event), valueOf(value)] as const),
  ];
}

/** `wasScheduledFor` reads as `Was scheduled for`. */
function labelOf(name: string, value: unknown, { at }: EventItem): string {
  // It was in the future when this was written.
  if (name === "revokedAt" && Date.parse(String(value)) > Date.parse(at)) return "Revokes at";
  const words = escape(name).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

function valueOf(value: unknown): string {
  if (typeof value !== "string") return escape(JSON.stringify(value));
  return INSTANT.test(value) ? exact(new Date(value)) : escape(value);
}
