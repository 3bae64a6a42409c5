import type { ApiKey } from "@latchkey/client";
import { escape } from "../../format/escape.ts";
import { factLines, labelCells, MARGINS } from "../../format/facts.ts";
import { happened } from "../../format/history.ts";
import { actorText, ownerText, personText } from "../../format/person.ts";
import { standingOf } from "../../format/status.ts";
import { exact, logged, moment, relative } from "../../format/time.ts";
import { fit } from "../../format/width.ts";
import { failureOf } from "../../kit/remote.ts";
import type { Context } from "../../kit/screen.ts";
import type { DetailLine, KeyDetailState } from "./detail.ts";
import { usageLines } from "./usage-lines.ts";

/** Header, gap, title, gap, message, hints. */
const OTHER_LINES = 6;
const HISTORY_SHOWN = 50;

/** How many lines of the page are seen at once. */
export function detailRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

export function detailLines(state: KeyDetailState, context: Context): DetailLine[] {
  const { key } = state;
  return [
    ...factLines(factsOf(key, context), context.columns),
    { kind: "gap" },
    ...usage(state, context),
    { kind: "heading", text: "History" },
    ...history(state, context),
  ];
}

function factsOf(key: ApiKey, context: Context): (readonly [string, string])[] {
  const { now } = context;
  const at = (instant: string | null, otherwise: string): string =>
    instant === null ? otherwise : exact(new Date(instant));
  const facts: (readonly [string, string])[] = [];
  const standing = standingOf(key, now);
  if (key.revokedAt !== null) {
    const label = standing === "revoked" ? "Revoked" : "Revokes";
    const by = key.revokedBy === null ? "" : ` by ${personText(key.revokedBy, context)}`;
    facts.push([label, `${at(key.revokedAt, "")}${by}`]);
  }
  facts.push(
    ["Token", escape(key.redacted)],
    ["Scopes", scopesText(key.scopes)],
    ["Owner", ownerText(key.ownerId, context)],
    ["Created", `${at(key.createdAt, "")} by ${creator(key, context)}`],
    ["Expires", at(key.expiresAt, "never")],
    ["Last used", lastUsed(key.lastUsedAt, now)],
  );
  if (key.rotatedFrom !== null) facts.push(["Rotated from", escape(key.rotatedFrom)]);
  if (key.rotatedTo !== null) facts.push(["Rotated to", escape(key.rotatedTo)]);
  facts.push(["Id", escape(key.id)]);
  return facts;
}

function creator(key: ApiKey, context: Context): string {
  const person = personText(key.createdBy, context);
  return key.createdByKeyId === null ? person : `${person} with ${escape(key.createdByKeyId)}`;
}

function scopesText(scopes: readonly string[]): string {
  if (scopes.includes("*")) return "* (everything its owner may do)";
  return scopes.map(escape).join("  ");
}

function lastUsed(instant: string | null, now: Date): string {
  if (instant === null) return "never";
  const at = new Date(instant);
  const near = relative(at, now);
  return now.getTime() - at.getTime() < 86_400_000 ? `${near} (${exact(at)})` : exact(at);
}

/** Nothing if it can't be read, or not yet: what is below may then move down, once. */
function usage(state: KeyDetailState, context: Context): DetailLine[] {
  if (state.usage.known === null) return [];
  const lines = usageLines(state.usage.known, context, context.columns - MARGINS);
  return lines.length === 0 ? [] : [...lines, { kind: "gap" }];
}

function history(state: KeyDetailState, context: Context): DetailLine[] {
  const { known } = state.history;
  if (known === null) {
    const text = failureOf(state.history) === null ? "Loading…" : "The history can't be read now.";
    return [{ kind: "note", text }];
  }
  if (known.length === 0) return [{ kind: "note", text: "Nothing yet." }];
  const cells = labelCells(context.columns);
  const when = (at: Date): string => {
    const text = moment(at, context.now);
    return fit(text.length < cells ? text : logged(at, context.now, "short"), cells);
  };
  return known.slice(0, HISTORY_SHOWN).map(
    (event): DetailLine => ({
      kind: "event",
      when: when(new Date(event.at)),
      what: happened(event),
      who: [actorText(event.actor, context), escape(event.actor.address ?? "")]
        .filter((part) => part !== "")
        .join("  "),
    }),
  );
}
