import { describe, expect, test } from "vitest";
import { firstQuery, type KeyFilter, listInput, noFilter, rangeOf } from "../src/kit/query.ts";

const now = new Date(2026, 10, 12, 14, 3);
const day = (month: number, date: number, year = 2026): string =>
  new Date(year, month - 1, date).toISOString();

describe("what the list is asked for", () => {
  test("at first: one's own keys, newest first, 20 at a time", () => {
    expect(listInput(firstQuery, null, now)).toEqual({
      owner: "me",
      sort: "createdAt",
      order: "desc",
      limit: 20,
    });
  });

  test("search, status, days and the cursor", () => {
    const filter: KeyFilter = {
      ...noFilter,
      status: "revoked",
      owner: "all",
      revoked: { period: "today", from: "", to: "" },
    };
    const input = listInput({ ...firstQuery, search: " ci ", filter }, "next", now);
    expect(input).toMatchObject({
      search: "ci",
      status: "revoked",
      owner: "all",
      cursor: "next",
      revoked: { from: day(11, 12), to: day(11, 13) },
    });
    expect(input).not.toHaveProperty("created");
  });
});

describe("a period", () => {
  const range = (period: Parameters<typeof rangeOf>[0]["period"], from = "", to = "") =>
    rangeOf({ period, from, to }, now);

  test("counts local days back from midnight and ends with today", () => {
    expect(range("any")).toBeNull();
    expect(range("today")).toEqual({ from: day(11, 12), to: day(11, 13) });
    expect(range("7-days")).toEqual({ from: day(11, 5), to: day(11, 13) });
    expect(range("30-days")).toEqual({ from: day(10, 13), to: day(11, 13) });
    expect(range("90-days")).toEqual({ from: day(8, 14), to: day(11, 13) });
    expect(range("12-months")).toEqual({ from: day(11, 12, 2025), to: day(11, 13) });
  });

  test("of one's own includes its last day", () => {
    const days = range("custom", "2026-11-01", "2026-11-03");
    expect(days).toEqual({ from: day(11, 1), to: day(11, 4) });
  });

  test("of one's own may be open at either end", () => {
    expect(range("custom", "2026-11-01")).toEqual({ from: day(11, 1) });
    expect(range("custom", "", "2026-11-03")).toEqual({ to: day(11, 4) });
  });
});
