import type { KeyUsage } from "@latchkey/client";
import { clock, date, midnight } from "./time.ts";

// How often a key was used, aggregated for display: by hours and by local days.

const HOUR = 3_600_000;

/** What was counted in the hour from `hour` (ISO 8601). Hours without use may be missing. */
export type UsageHour = { readonly hour: string; readonly used: number; readonly refused: number };

/** A period cut into equal parts, oldest first; the last one is the current. */
export type Usage = {
  readonly used: readonly number[];
  /** Of the whole period. */
  readonly usedInAll: number;
  readonly refusedInAll: number;
  readonly from: Date;
  /** The parts' labels, e.g. `14:00` or `12 Nov`. */
  readonly labels: readonly string[];
};

/** The server's hours, with all refusals in one number. */
export function usageHours({ items }: KeyUsage): UsageHour[] {
  return items.map(({ hour, valid, refused }) => ({
    hour,
    used: valid,
    refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
  }));
}

export function lastHours(hours: readonly UsageHour[], now: Date, count = 24): Usage {
  const current = Math.floor(now.getTime() / HOUR) * HOUR;
  const starts = Array.from(
    { length: count },
    (_, at) => new Date(current - (count - 1 - at) * HOUR),
  );
  return gathered(hours, starts, (start) => clock(start));
}

export function lastDays(hours: readonly UsageHour[], now: Date, count = 30): Usage {
  const starts = Array.from({ length: count }, (_, at) => midnight(now, at - count + 1));
  return gathered(hours, starts, (start) => date(start).slice(0, -5));
}

function gathered(
  hours: readonly UsageHour[],
  starts: readonly Date[],
  labelOf: (start: Date) => string,
): Usage {
  const used = starts.map(() => 0);
  let refusedInAll = 0;
  for (const { hour, used: uses, refused } of hours) {
    const at = starts.findLastIndex((start) => start.getTime() <= new Date(hour).getTime());
    if (at < 0) continue;
    used[at] = (used[at] ?? 0) + uses;
    refusedInAll += refused;
  }
  return {
    used,
    usedInAll: used.reduce((sum, uses) => sum + uses, 0),
    refusedInAll,
    from: starts[0] ?? new Date(0),
    labels: starts.map(labelOf),
  };
}
