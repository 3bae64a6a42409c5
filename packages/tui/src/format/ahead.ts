import { MAX_AHEAD_SECONDS, MAX_AHEAD_YEARS } from "@latchkey/core";
import { midnight, parseDay } from "./time.ts";

// Durations and future instants, as people type them.

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

export const AHEAD_HINT = "Like 36h, 10d or 2027-01-31.";

/** Seconds of a duration like `90d`, `2h`, `30m`, `45s` or `1w`; `null` if it is none. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhdw])$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

/**
 * `36h` from now, `2027-01-31` to the end of that day, or `2027-01-31 18:00`, in local time; else what
 * is wrong with it.
 */
export function parseAhead(
  text: string,
  now: Date,
): { readonly at: Date } | { readonly problem: string } {
  const at = read(text.trim(), now);
  if (at === null) return { problem: "Write something like 36h, 10d or 2027-01-31." };
  const seconds = secondsUntil(at, now);
  if (seconds <= 0) return { problem: "That is over already." };
  // An invalid instant is no number of seconds either.
  return seconds <= MAX_AHEAD_SECONDS
    ? { at }
    : { problem: `At most ${MAX_AHEAD_YEARS} years ahead.` };
}

/** Whole seconds, so that it is not over before. */
export function secondsUntil(at: Date, now: Date): number {
  return Math.ceil((at.getTime() - now.getTime()) / 1000);
}

function read(text: string, now: Date): Date | null {
  const seconds = parseDuration(text);
  if (seconds !== null) return new Date(now.getTime() + seconds * 1000);
  const [day = "", clock, ...more] = text.split(/ +/);
  const at = parseDay(day);
  if (at === null || more.length > 0) return null;
  if (clock === undefined) return midnight(at, 1);
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(clock);
  if (match === null) return null;
  at.setHours(Number(match[1]), Number(match[2]));
  return at;
}
