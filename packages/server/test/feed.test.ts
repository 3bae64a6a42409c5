import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFeed } from "../src/events/feed.ts";

// What the feed does with a log that is not as it should be, on a clock that the test moves.

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a head whose event is gone is looked for now and then, and nothing is relied on", async () => {
  let looks = 0;
  let beats = 0;
  const feed = createFeed({
    readHead: async () => ({ seq: 7, mac: new Uint8Array(32) }),
    readLogAfter: async () => {
      looks += 1;
      return { events: [], asOf: { seq: 7, at: new Date() } };
    },
    followLog: async () => ({ isWoken: true, check: async () => {}, close: () => {} }),
  });
  feed.follow({
    beat: () => {
      beats += 1;
    },
  });
  feed.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(looks).toBeGreaterThan(1);
  expect(looks).toBeLessThanOrEqual(12);
  expect([beats, feed.state()]).toEqual([0, "connecting"]);
  await feed.close();
});
