import type { KeyId } from "@latchkey/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createUseRecorder, type UseRecorder } from "../src/usage/record-use.ts";
import type { KeyUse } from "../src/store/port/uses.ts";
import { Outage } from "../src/faults/outage.ts";

// When use is written, on a clock that the tests move.

const AT = new Date("2026-11-24T09:30:00.000Z");
const SOON_MS = 10_000;

const keyId = (number: number): KeyId => `key_${String(number).padStart(26, "0")}`;

function recorderOver(addUses: (uses: readonly KeyUse[]) => Promise<ReadonlySet<KeyId>>) {
  const added: KeyUse[] = [];
  const defects: unknown[] = [];
  const pruned: number[] = [];
  const recorder = createUseRecorder({
    store: {
      addUses: async (uses) => {
        const left = await addUses(uses);
        added.push(...uses.filter((use) => !left.has(use.keyId)));
        return left;
      },
      pruneUses: async (days) => {
        pruned.push(days);
        return 0;
      },
    },
    onDefect: (error) => defects.push(error),
  });
  return { recorder, added, defects, pruned };
}

const use = (recorder: UseRecorder, key = 1) =>
  recorder.record({ key: { keyId: keyId(key) }, outcome: "VALID", at: AT });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("recording use", () => {
  test("writes some seconds later, together, and then rests until the next use", async () => {
    const { recorder, added } = recorderOver(async () => new Set());
    expect(vi.getTimerCount()).toBe(0);
    use(recorder);
    use(recorder);
    use(recorder, 2);
    await vi.advanceTimersByTimeAsync(SOON_MS - 1);
    expect(added).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(added).toMatchObject([{ counts: { VALID: 2 } }, { counts: { VALID: 1 } }]);
    expect(vi.getTimerCount()).toBe(0);
    expect(recorder.statistics()).toEqual({
      flushes: { written: 1, failed: 0 },
      waiting: 0,
      dropped: 0,
    });
  });

  test("does not count what is no key's", async () => {
    const { recorder } = recorderOver(async () => new Set());
    recorder.record({ key: { keyId: keyId(1) }, outcome: "NOT_FOUND", at: AT });
    expect([vi.getTimerCount(), recorder.statistics().waiting]).toEqual([0, 0]);
  });

  test("keeps what an outage left unwritten, and adds to it", async () => {
    let isAway = true;
    const { recorder, added, defects } = recorderOver(async () => {
      if (isAway) throw new Outage("unreachable");
      return new Set();
    });
    use(recorder);
    await vi.advanceTimersByTimeAsync(SOON_MS);
    use(recorder);
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect(recorder.statistics()).toMatchObject({ flushes: { written: 0, failed: 2 }, waiting: 1 });
    isAway = false;
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect(added).toMatchObject([{ counts: { VALID: 2 }, lastUsedAt: AT }]);
    expect(defects).toEqual([]);
  });

  test("tells of a defect, and keeps what it was about", async () => {
    const defect = new TypeError("no such column");
    const { recorder, defects } = recorderOver(async () => {
      throw defect;
    });
    use(recorder);
    await recorder.flush();
    expect(defects).toEqual([defect]);
    expect(recorder.statistics().waiting).toBe(1);
  });

  test("keeps a key that was left out, and writes the others", async () => {
    const left = new Set([keyId(2)]);
    const { recorder, added } = recorderOver(async () => left);
    for (const key of [1, 2, 3]) use(recorder, key);
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect(added.map((one) => one.keyId)).toEqual([keyId(1), keyId(3)]);
    left.clear();
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect(added.map((one) => one.keyId)).toEqual([keyId(1), keyId(3), keyId(2)]);
  });

  test("writes very many keys in short statements with rests, and each within a minute", async () => {
    const statements: number[] = [];
    const { recorder, added } = recorderOver(async (uses) => {
      statements.push(uses.length);
      await new Promise((done) => setTimeout(done, 20));
      return new Set();
    });
    for (let key = 0; key < 10_000; key += 1) use(recorder, key);
    await vi.advanceTimersByTimeAsync(SOON_MS + 20);
    expect([added.length, statements]).toEqual([1000, [1000]]);
    await vi.advanceTimersByTimeAsync(80);
    expect(statements).toEqual([1000, 1000]);
    // What is used meanwhile is written the next time.
    use(recorder, 0);
    await vi.advanceTimersByTimeAsync(10 * 100);
    expect([added.length, recorder.statistics().waiting]).toEqual([10_000, 1]);
    await vi.advanceTimersByTimeAsync(SOON_MS + 20);
    expect([added.length, recorder.statistics().waiting]).toEqual([10_001, 0]);
    expect(Math.max(...statements)).toBe(1000);

    // So many that there is less time for rests.
    for (let key = 0; key < 800_000; key += 1) use(recorder, key);
    await vi.advanceTimersByTimeAsync(SOON_MS + 49_000);
    expect(recorder.statistics().waiting).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(recorder.statistics().waiting).toBe(0);
  });

  test("rests no more when somebody waits for it, or at its end", async () => {
    const { recorder, added } = recorderOver(async () => {
      await new Promise((done) => setTimeout(done, 20));
      return new Set();
    });
    for (let key = 0; key < 10_000; key += 1) use(recorder, key);
    await vi.advanceTimersByTimeAsync(SOON_MS + 50);
    const flushed = Promise.all([recorder.flush(), recorder.flush()]);
    await vi.advanceTimersByTimeAsync(9 * 20);
    await flushed;
    expect(added.length).toBe(10_000);
    for (let key = 0; key < 10_000; key += 1) use(recorder, key);
    await vi.advanceTimersByTimeAsync(SOON_MS + 50);
    const closed = recorder.close();
    await vi.advanceTimersByTimeAsync(9 * 20);
    await closed;
    expect(added.length).toBe(20_000);
  });

  test("writes without a wait or a rest for as long as there is hardly room for more", async () => {
    const { recorder, added } = recorderOver(async () => {
      await new Promise((done) => setTimeout(done, 20));
      return new Set();
    });
    for (let key = 0; key < 904_000; key += 1) use(recorder, key);
    await vi.advanceTimersByTimeAsync(5 * 20);
    expect(added.length).toBe(5000);
  });

  test("forgets old hours with the first writing and then once an hour", async () => {
    const { recorder, pruned } = recorderOver(async () => new Set());
    for (let minute = 0; minute < 90; minute += 1) {
      use(recorder);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(pruned).toEqual([90, 90]);
  });

  test("at its end writes what waits, keys that others hold included, and then plans nothing", async () => {
    const left = new Set([keyId(2)]);
    const { recorder, added } = recorderOver(async () => left);
    use(recorder, 1);
    use(recorder, 2);
    const closed = recorder.close();
    await vi.advanceTimersByTimeAsync(100);
    left.clear();
    await vi.advanceTimersByTimeAsync(100);
    await closed;
    expect(added.length).toBe(2);
    use(recorder);
    await vi.advanceTimersByTimeAsync(SOON_MS * 2);
    expect(added.length).toBe(2);
  });

  test("at its end does not wait long for a database that is silent", async () => {
    const { recorder } = recorderOver(() => new Promise(() => {}));
    use(recorder);
    let isClosed = false;
    const closed = recorder.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(2999);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
  });

  test("at its end takes its time for as long as there is progress", async () => {
    const { recorder, added } = recorderOver(async () => {
      await new Promise((done) => setTimeout(done, 500));
      return new Set();
    });
    for (let key = 0; key < 10_000; key += 1) use(recorder, key);
    const closed = recorder.close();
    await vi.advanceTimersByTimeAsync(5000);
    await closed;
    expect(added.length).toBe(10_000);
  });

  test("at its end leaves what would take longer than anybody waits", async () => {
    const { recorder, defects } = recorderOver(async () => {
      await new Promise((done) => setTimeout(done, 500));
      return new Set();
    });
    for (let key = 0; key < 60_000; key += 1) use(recorder, key);
    let isClosed = false;
    const closed = recorder.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(14_999);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await closed;
    // What was written is gone; the rest is told.
    expect(defects).toMatchObject([{ name: "UseLost", code: "30000 rows" }]);
  });

  test("at its end does not wait long for keys that others hold on to", async () => {
    const { recorder } = recorderOver(async (uses) => new Set(uses.map(({ keyId }) => keyId)));
    use(recorder);
    let isClosed = false;
    const closed = recorder.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(3000);
    expect(isClosed).toBe(true);
    await closed;
  });

  test("at its end does nothing where nothing was used", async () => {
    const { recorder, pruned } = recorderOver(async () => new Set());
    await recorder.close();
    expect(pruned).toEqual([]);
  });
});
