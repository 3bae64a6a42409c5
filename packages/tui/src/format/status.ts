import { type KeyState, stateAt } from "@latchkey/core";
import type { ApiKey } from "@latchkey/client";
import { date, span } from "./time.ts";

/** A key's status for display: `scheduled` is active with a scheduled revocation. */
export type Standing = KeyState["status"];

const glyphs = {
  active: "●",
  scheduled: "◐",
  expired: "◌",
  revoked: "○",
} satisfies Record<Standing, string>;

type Ends = Pick<ApiKey, "status" | "expiresAt" | "revokedAt">;

/** The server's answer, moved on by the clock since: a schedule that came due reads as revoked. */
export function standingOf(key: Ends, now: Date): Standing {
  if (key.status === "revoked") return "revoked";
  const revocation = key.revokedAt === null ? null : { at: new Date(key.revokedAt) };
  const expiresAt = key.expiresAt === null ? null : new Date(key.expiresAt);
  const { status } = stateAt({ revocation, expiresAt }, now);
  return status === "active" && key.status === "expired" ? "expired" : status;
}

/** The width of a column of them, so that they are aligned. */
export const STATUS_CELLS = { long: 21, short: 14 } as const;

/** Glyph and word, e.g. `◐ revokes in 59 min`; `short` is for narrow columns: `◐ 59 min left`. */
export function statusText(key: Ends, now: Date, form: "long" | "short" = "long"): string {
  const standing = standingOf(key, now);
  const glyph = glyphs[standing];
  if (standing !== "scheduled") return `${glyph} ${standing}`;
  const at = new Date(key.revokedAt as string);
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const far = seconds >= 86_400;
  if (form === "short") {
    return `${glyph} ${far ? `until ${date(at).slice(0, -5)}` : `${span(seconds)} left`}`;
  }
  return `${glyph} revokes ${far ? date(at) : `in ${span(seconds)}`}`;
}
