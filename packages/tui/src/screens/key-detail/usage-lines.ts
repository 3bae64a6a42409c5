import { bars } from "../../format/bars.ts";
import { grouped } from "../../format/total.ts";
import { lastDays, lastHours, type Usage, type UsageHour } from "../../format/usage.ts";
import { fit } from "../../format/width.ts";
import type { Context } from "../../kit/screen.ts";
import type { DetailLine } from "./detail.ts";

/** Bars are distinct up to this width; wider ones show no more. */
const WIDEST_BAR = 3;
/** From this many rows on the charts are higher. */
const HIGH_FROM = 30;

/** The charts of a key's page, by the hour and by the day, in `cells`; nothing if nothing was counted. */
export function usageLines(
  hours: readonly UsageHour[],
  { now, rows }: Pick<Context, "now" | "rows">,
  cells: number,
): DetailLine[] {
  if (hours.length === 0) return [];
  const size = { cells, rows: rows < HIGH_FROM ? 1 : 3 };
  const day = lastHours(hours, now);
  const month = lastDays(hours, now);
  return [
    ...chart("Used in the last 24 hours", day, "an hour", size),
    { kind: "gap" },
    ...chart("Used in the last 30 days", month, "a day", size),
  ];
}

function chart(
  title: string,
  usage: Usage,
  part: string,
  size: { readonly cells: number; readonly rows: number },
): DetailLine[] {
  const room = size.cells - title.length - 2;
  const beside = totals(usage, part).find((text) => text.length <= room) ?? "";
  const heading: DetailLine = { kind: "heading", text: title, beside };
  if (usage.usedInAll === 0) return [heading];
  const bar = Math.min(WIDEST_BAR, Math.max(1, Math.floor(size.cells / usage.used.length)));
  const wide = bar * usage.used.length;
  return [
    heading,
    ...bars(usage.used, { cells: bar, rows: size.rows }).map(
      (text): DetailLine => ({ kind: "chart", text }),
    ),
    { kind: "note", text: axis(usage.labels, wide) },
  ];
}

/** `1,204 times · at most 212 an hour · 3 refused`, and shorter ones if that does not fit. */
function totals({ used, usedInAll, refusedInAll }: Usage, part: string): string[] {
  if (usedInAll === 0 && refusedInAll === 0) return ["never"];
  const times = usedInAll === 1 ? "once" : `${grouped(usedInAll)} times`;
  const most = usedInAll > 1 ? [`at most ${grouped(Math.max(...used))} ${part}`] : [];
  const refused = refusedInAll > 0 ? [`${grouped(refusedInAll)} refused`] : [];
  return [[times, ...most, ...refused], [times, ...refused], [times]].map((parts) =>
    parts.join(" · "),
  );
}

/** When the chart begins, on its left; what it ends with, on its right. */
function axis(labels: readonly string[], cells: number): string {
  const first = labels[0] ?? "";
  return first + fit("now", Math.max(0, cells - first.length), "right");
}
