import type { ErrorOf } from "./errors.ts";
import { err, ok, type Result } from "./result.ts";

// Instants in the future: when a key expires, or is scheduled to be revoked.

/** The furthest allowed. */
export const MAX_AHEAD_YEARS = 10;
/** Of 365.25 days each. */
export const MAX_AHEAD_SECONDS = MAX_AHEAD_YEARS * 31_557_600;

/** The instant that many seconds later. */
export function secondsAfter(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

/** Checks that an instant is in the future, and not too far; `null` passes. Error: INPUT_INVALID of `field`. */
export function checkAhead(
  field: string,
  at: Date | null,
  now: Date,
): Result<null, ErrorOf<"INPUT_INVALID">> {
  if (at === null) return ok(null);
  const aheadSeconds = (at.getTime() - now.getTime()) / 1000;
  if (aheadSeconds > 0 && aheadSeconds <= MAX_AHEAD_SECONDS) return ok(null);
  const message =
    aheadSeconds > 0 ? `lies more than ${MAX_AHEAD_YEARS} years ahead.` : "must lie ahead.";
  return err({ code: "INPUT_INVALID", fields: [{ field, message }] });
}
