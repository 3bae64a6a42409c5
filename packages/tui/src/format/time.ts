// Instants for people, in the local time zone: relative up to a day, then a date.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

/** `just now`, `2 min ago`, `3 h ago`, then `12 Nov 2026`; ahead: `in 59 min`, then the date. */
export function relative(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  if (Math.abs(seconds) >= DAY) return date(at);
  if (seconds >= 0) return seconds < MINUTE ? "just now" : `${span(seconds)} ago`;
  return `in ${span(-seconds)}`;
}

/** `59 min`, `3 h`, `2 days`, rounded down; less than a minute reads as `1 min`. */
export function span(seconds: number): string {
  if (seconds >= 2 * DAY) return `${Math.floor(seconds / DAY)} days`;
  if (seconds >= HOUR) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.max(1, Math.floor(seconds / MINUTE))} min`;
}

/** `12 Nov 2026`. */
export function date(at: Date): string {
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
}

/** `12 Nov 2026, 14:03`. */
export function exact(at: Date): string {
  return `${date(at)}, ${clock(at)}`;
}

/** `12 Nov 2026, 14:03 UTC`. */
export function exactUtc(at: Date): string {
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())} UTC`;
}

/** `14:03`. */
export function clock(at: Date): string {
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** `today 14:03`, `yesterday 09:12`, else `12 Nov 2026, 14:03`. */
export function moment(at: Date, now: Date): string {
  const days = Math.round((midnight(now).getTime() - midnight(at).getTime()) / (DAY * 1000));
  if (days === 0) return `today ${clock(at)}`;
  if (days === 1) return `yesterday ${clock(at)}`;
  return exact(at);
}

/** `today 14:03:20`, `yesterday 09:12:44`, else `12 Nov 2026, 14:03`; `short` is at most 12 cells. */
export function logged(at: Date, now: Date, form: "long" | "short"): string {
  const days = Math.round((midnight(now).getTime() - midnight(at).getTime()) / (DAY * 1000));
  if (form === "long") return days <= 1 ? `${moment(at, now)}:${pad(at.getSeconds())}` : exact(at);
  if (days === 0) return `${clock(at)}:${pad(at.getSeconds())}`;
  const day = date(at);
  return at.getFullYear() === now.getFullYear() ? `${day.slice(0, -5)} ${clock(at)}` : day;
}

/** The start of the local day, so many days later or earlier. */
export function midnight(at: Date, days = 0): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
}

/** A local day out of `2026-11-12`, or `null` if there is no such day. */
export function parseDay(text: string): Date | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text.trim());
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const parsed = new Date(year, month - 1, day);
  const same = parsed.getMonth() === month - 1 && parsed.getDate() === day;
  return same && parsed.getFullYear() === year ? parsed : null;
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
