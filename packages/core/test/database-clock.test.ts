import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { databaseClock } from "../src/index.ts";

const at = (milliseconds: number) => new Date(milliseconds);

describe("the database's clock, seen from here", () => {
  test("is not known before a first reading", () => {
    expect(databaseClock().now(5)).toBeNull();
    expect(databaseClock().monotonicOf(at(5))).toBeNull();
  });

  test("is never behind, and ahead by less than the quickest round trip and a millisecond", () => {
    const reading = fc.record({
      pause: fc.integer({ min: 0, max: 5000 }),
      there: fc.integer({ min: 0, max: 300 }),
      back: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e12, noNaN: true }),
        fc.array(reading, { minLength: 1, maxLength: 20 }),
        (offset, readings) => {
          const clock = databaseClock();
          let now = 0;
          let quickest = Number.POSITIVE_INFINITY;
          let shownBefore = Number.NEGATIVE_INFINITY;
          for (const { pause, there, back } of readings) {
            const sent = now + pause;
            const received = sent + there + back;
            clock.observe({ at: at(Math.floor(sent + there + offset)), sent, received });
            quickest = Math.min(quickest, there + back);
            now = received;
            const shown = clock.now(now)?.getTime() ?? Number.NaN;
            expect(shown).toBeGreaterThanOrEqual(Math.floor(now + offset));
            const most = Math.max(shownBefore, now + offset + quickest + 1);
            expect(shown).toBeLessThanOrEqual(most);
            shownBefore = shown;
          }
        },
      ),
    );
  });

  test("never goes back, though the database's does", () => {
    const clock = databaseClock();
    clock.observe({ at: at(3_600_000), sent: 0, received: 0 });
    const before = clock.now(10) as Date;
    clock.observe({ at: at(0), sent: 20, received: 20 });
    expect(clock.now(30)).toEqual(before);
  });

  test("follows a database whose clock was set ahead", () => {
    const clock = databaseClock();
    clock.observe({ at: at(0), sent: 0, received: 0 });
    clock.observe({ at: at(3_600_000), sent: 10, received: 10 });
    expect(clock.now(10)?.getTime()).toBeGreaterThanOrEqual(3_600_000);
  });

  test("an instant of it is found again on the monotonic clock", () => {
    const clock = databaseClock();
    clock.observe({ at: at(1_000_000), sent: 100, received: 100 });
    expect(clock.monotonicOf(clock.now(500) as Date)).toBeCloseTo(500, 0);
  });
});
