import type { EventsObserver, WatchItem } from "@latchkey/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followNews } from "../src/connection/news.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function following() {
  const observer: number[][] = [];
  let follower: EventsObserver | null = null;
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
      news: (news) => observer.push(news.map(({ seq }) => seq)),
    },
  );
  const happen = (seq: number, kind: "fact" | "beat" = "fact") =>
    follower?.item({ kind, seq, type: "key.renamed", keyId: null, ownerId: null } as WatchItem);
  return { observer, leave, happen, isLeft: () => isLeft };
}

test("what happens together is told together, at once", () => {
  const { observer, happen } = following();
  for (const seq of [1, 2]) happen(seq);
  vi.advanceTimersByTime(10);
  expect(observer).toEqual([[1, 2]]);
});

test("a burst is told a few times, and whole", () => {
  const { observer, happen } = following();
  for (let seq = 0; seq < 1000; seq += 1) {
    happen(seq);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(observer.length).toBeLessThan(15);
  expect(observer.flat()).toEqual(Array.from({ length: 1000 }, (_, seq) => seq));
});

test("beats are no news, and nothing is told to whoever has left", () => {
  const { observer, happen, leave, isLeft } = following();
  happen(1, "beat");
  happen(2);
  leave();
  vi.advanceTimersByTime(1000);
  expect(observer).toEqual([]);
  expect(isLeft()).toBe(true);
});
