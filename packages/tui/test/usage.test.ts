import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bars } from "../src/format/bars.ts";
import { lastDays, lastHours, type UsageHour } from "../src/format/usage.ts";
import { width } from "../src/format/width.ts";
import { usageLines } from "../src/screens/key-detail/usage-lines.ts";

const HOUR = 3_600_000;
const now = new Date(2026, 10, 12, 14, 3, 20);
const ago = (hours: number, used: number, refused = 0): UsageHour => ({
  hour: new Date(new Date(2026, 10, 12, 14).getTime() - hours * HOUR).toISOString(),
  used,
  refused,
});

describe("bars", () => {
  test("rise with their values; nothing and little differ", () => {
    expect(bars([0, 1, 50, 100], { cells: 1, rows: 1 })).toEqual([".▁▄█"]);
    expect(bars([0, 1, 50, 100], { cells: 3, rows: 1 })).toEqual([".  ▁▁ ▄▄ ██ "]);
  });

  test("stand on each other over several rows", () => {
    expect(bars([0, 50, 75, 100], { cells: 1, rows: 2 })).toEqual(["  ▄█", ".███"]);
  });

  test("are as wide as asked for, and show whatever is more than nothing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (values, cells, rows) => {
          const lines = bars(values, { cells, rows });
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(width(line)).toBe(values.length * cells);
          const bottom = lines.at(-1) ?? "";
          values.forEach((value, at) => {
            expect(bottom[at * cells] === ".").toBe(value === 0);
          });
        },
      ),
    );
  });
});

describe("usage", () => {
  test("by the hour ends with the running one, and leaves out what is older", () => {
    const usage = lastHours([ago(0, 5), ago(23, 2), ago(24, 100, 100)], now);
    expect(usage.used).toEqual([2, ...Array.from({ length: 22 }, () => 0), 5]);
    expect([usage.usedInAll, usage.refusedInAll]).toEqual([7, 0]);
    expect([usage.labels[0], usage.labels.at(-1)]).toEqual(["15:00", "14:00"]);
  });

  test("by the day gathers the hours of each local day", () => {
    const usage = lastDays([ago(0, 1), ago(14, 2), ago(15, 4), ago(29 * 24 + 14, 8)], now);
    expect(usage.used).toEqual([8, ...Array.from({ length: 27 }, () => 0), 4, 3]);
    expect([usage.labels[0], usage.labels.at(-1)]).toEqual(["14 Oct", "12 Nov"]);
  });

  test("is told in words too, so that the chart need not be read", () => {
    const lines = usageLines([ago(0, 5), ago(2, 1_200, 3)], { now, rows: 24 }, 76);
    expect(lines).toContainEqual({
      kind: "heading",
      text: "Used in the last 24 hours",
      beside: "1,205 times · at most 1,200 an hour · 3 refused",
    });
    const notToday = usageLines([ago(48, 1)], { now, rows: 24 }, 76);
    expect(notToday[0]).toMatchObject({ beside: "never" });
    expect(usageLines([], { now, rows: 24 }, 76)).toEqual([]);
    const narrow = usageLines([ago(0, 5), ago(2, 1_200, 3)], { now, rows: 24 }, 56);
    expect(narrow[0]).toMatchObject({ beside: "1,205 times · 3 refused" });
    const once = usageLines([ago(1, 1)], { now, rows: 24 }, 76);
    expect(once[0]).toMatchObject({ beside: "once" });
  });

  test.each([56, 76, 94, 116, 196])("fits into %i cells", (cells) => {
    const everyHour = Array.from({ length: 30 * 24 }, (_, at) => ago(at, at % 7));
    const lines = [16, 40].flatMap((rows) => usageLines(everyHour, { now, rows }, cells));
    const widest = Math.max(...lines.map((line) => ("text" in line ? width(line.text) : 0)));
    expect(widest).toBeLessThanOrEqual(cells);
  });
});
