import type { EventItem, LatchkeyClient } from "@latchkey/client";
import { expect, test } from "vitest";
import { newestEvents, newestPages, pagesAfter } from "../src/cli/audit/read-events.ts";

// Reading the log page by page, from one that only ever grows.

function log(length: number) {
  let seqs = Array.from({ length }, (_, at) => at + 1);
  let isAway = false;
  const query = async ({ before = Infinity, limit }: { before?: number; limit: number }) => {
    if (isAway) throw new Error("away");
    const found = seqs.filter((seq) => seq < before).toReversed();
    const items = found.slice(0, limit).map((seq) => ({ seq }) as EventItem);
    const nextBefore = found.length > limit ? (items.at(-1)?.seq ?? null) : null;
    return { items, nextBefore };
  };
  return {
    client: { events: { list: { query } } } as unknown as LatchkeyClient,
    grow: (by: number) => (seqs = Array.from({ length: seqs.length + by }, (_, at) => at + 1)),
    goes: (to: "away" | "back") => (isAway = to === "away"),
  };
}

test.each([
  [0, 20, 0],
  [99, 1000, 99],
  [100, 100, 100],
  [250, 250, 250],
  [350, 230, 230],
])(
  "of %i events %i wanted are %i, the newest first, and no page is longer than 100",
  async (...row) => {
    const [there, wanted, given] = row;
    const { client } = log(there);
    const seqs = (await newestEvents(client, {}, wanted)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: given }, (_, at) => there - at));
    const ends: boolean[] = [];
    for await (const { items, isLast } of newestPages(client, {}, wanted)) {
      expect(items.length).toBeLessThanOrEqual(100);
      ends.push(isLast);
    }
    expect(ends.indexOf(true)).toBe(ends.length - 1);
  },
);

test("whoever is far behind gets every event once, in order, at most a page at a time", async () => {
  for (const behind of [0, 1, 99, 100, 101, 200, 1234]) {
    const { client, grow, goes } = log(500);
    const { next, isBehind } = pagesAfter(client, {});
    grow(behind);
    const seqs: number[] = [];
    const read = async () => {
      const events = await next(500 + seqs.length);
      expect(events.length).toBeLessThanOrEqual(100);
      seqs.push(...events.map(({ seq }) => seq).toReversed());
    };
    await read();
    // What comes meanwhile, and an outage in the midst of it, lose nothing and repeat nothing.
    grow(150);
    goes("away");
    await expect(next(500 + seqs.length)).rejects.toThrow("away");
    goes("back");
    do await read();
    while (isBehind());
    do await read();
    while (isBehind());
    expect(seqs).toEqual(Array.from({ length: behind + 150 }, (_, at) => 501 + at));
  }
});
