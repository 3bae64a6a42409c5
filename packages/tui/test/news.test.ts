import type { EventsTold, WatchItem } from "@latchkey/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followNews } from "../src/connection/news.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function following() {
  const told: number[][] = [];
  let follower: EventsTold | null = null;
  let isLeft = false;
  const leave = followNews(
    (events) => {
      follower = events;
      return () => {
        isLeft = true;
      };
    },
    {
      joined: () => {},
      lost: () => {},
      news: (news) => told.push(news.map(({ seq }) => seq)),
    },
  );
  const happen = (seq: number, kind: "fact" | "beat" = "fact") =>
    follower?.item({ kind, seq, type: "key.renamed", keyId: null, ownerId: null } as WatchItem);
  return { told, leave, happen, isLeft: () => isLeft };
}

test("what happens together is told together, at once", () => {
  const { told, happen } = following();
  for (const seq of [1, 2]) happen(seq);
  vi.advanceTimersByTime(10);
  expect(told).toEqual([[1, 2]]);
});

test("a burst is told a few times, and whole", () => {
  const { told, happen } = following();
  for (let seq = 0; seq < 1000; seq += 1) {
    happen(seq);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(told.length).toBeLessThan(15);
  expect(told.flat()).toEqual(Array.from({ length: 1000 }, (_, seq) => seq));
});

test("beats are no news, and nothing is told to whoever has left", () => {
  const { told, happen, leave, isLeft } = following();
  happen(1, "beat");
  happen(2);
  leave();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  expect(isLeft()).toBe(true);
});
