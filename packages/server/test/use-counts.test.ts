import type { KeyId } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUseCounter, HOUR_MS, type UsedKey } from "../src/usage/use-counts.ts";
import type { KeyUse, UseOutcome } from "../src/store/port/uses.ts";

const OUTCOMES: UseOutcome[] = [
  "VALID",
  "REVOKED",
  "EXPIRED",
  "OWNER_DISABLED",
  "INSUFFICIENT_SCOPE",
];
const START = Date.UTC(2026, 10, 24, 9);
const ONE: KeyId = "key_01m85ekpraf9ev264edav9zf6q";
const OTHER: KeyId = "key_01m85ekpraf9ev264edav9zf6r";

/** What a store would hold after it was given these. */
function totals(uses: Iterable<KeyUse>) {
  const counts: Record<string, number> = {};
  const lastUsed: Record<string, number> = {};
  for (const { keyId, hour, lastUsedAt, counts: counted } of uses) {
    for (const outcome of OUTCOMES) {
      const name = `${keyId} ${hour.toISOString()} ${outcome}`;
      if (counted[outcome] > 0) counts[name] = (counts[name] ?? 0) + counted[outcome];
    }
    if (lastUsedAt !== null) {
      lastUsed[keyId] = Math.max(lastUsed[keyId] ?? 0, lastUsedAt.getTime());
    }
  }
  return { counts, lastUsed };
}

/** A use as the counter should see it, on its own. */
function single(keyId: KeyId, outcome: UseOutcome, at: number): KeyUse {
  const none = { VALID: 0, REVOKED: 0, EXPIRED: 0, OWNER_DISABLED: 0, INSUFFICIENT_SCOPE: 0 };
  return {
    keyId,
    hour: new Date(Math.floor(at / HOUR_MS) * HOUR_MS),
    lastUsedAt: outcome === "VALID" ? new Date(at) : null,
    counts: { ...none, [outcome]: 1 },
  };
}

const use = fc.record({
  keyId: fc.constantFrom(ONE, OTHER, "key_01m85ekpraf9ev264edav9zf6s" as KeyId),
  outcome: fc.constantFrom(...OUTCOMES),
  // Around the ends of hours, and not always forwards.
  at: fc
    .integer({ min: -3, max: 3 })
    .chain((hours) =>
      fc.integer({ min: -2, max: 2 }).map((milliseconds) => START + hours * HOUR_MS + milliseconds),
    ),
});
const step = fc.oneof(
  { weight: 4, arbitrary: use.map((one) => ({ kind: "count" as const, ...one })) },
  // What was taken is written, or comes back: all of it, or some keys of it.
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("flush" as const),
      rows: fc.integer({ min: 1, max: 6 }),
      lost: fc.constantFrom("nothing", "some", "all"),
    }),
  },
);

describe("the counter of uses", () => {
  test("whatever is written, fails and comes back in between, each use is counted once, in its hour", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const counter = createUseCounter(1000);
        const written: KeyUse[] = [];
        const counted: KeyUse[] = [];
        // Records as a cache holds them, now and then another one of the same key.
        const records = new Map<KeyId, UsedKey>();
        let asked = 0;
        const known = (keyId: KeyId): UsedKey => {
          asked += 1;
          const record = (asked % 7 === 0 ? undefined : records.get(keyId)) ?? { keyId };
          records.set(keyId, record);
          return record;
        };
        for (const each of steps) {
          if (each.kind === "count") {
            counter.count(known(each.keyId), each.outcome, each.at);
            counted.push(single(each.keyId, each.outcome, each.at));
            continue;
          }
          const taken = counter.take(each.rows);
          const back = taken.filter(
            ({ keyId }) => each.lost === "all" || (each.lost === "some" && keyId === ONE),
          );
          counter.count(known(ONE), "VALID", START);
          counted.push(single(ONE, "VALID", START));
          counter.putBack(back);
          written.push(...taken.filter((one) => !back.includes(one)));
        }
        written.push(...counter.take(Number.POSITIVE_INFINITY));
        expect(totals(written)).toEqual(totals(counted));
        expect([counter.rows(), counter.dropped()]).toEqual([0, 0]);
      }),
    );
  });

  test("gives each key and hour once, and all hours of a key together", () => {
    fc.assert(
      fc.property(fc.array(use), fc.integer({ min: 1, max: 5 }), (uses, rows) => {
        const counter = createUseCounter(1000);
        for (const { keyId, outcome, at } of uses) counter.count({ keyId }, outcome, at);
        const seen = new Set<KeyId>();
        for (let before = counter.rows(); before > 0; before = counter.rows()) {
          const taken = counter.take(rows);
          expect(counter.rows()).toBe(before - taken.length);
          const names = taken.map(({ keyId, hour }) => `${keyId} ${hour.getTime()}`);
          expect(new Set(names).size).toBe(names.length);
          const keys = new Set(taken.map(({ keyId }) => keyId));
          for (const keyId of keys) {
            expect(seen).not.toContain(keyId);
            seen.add(keyId);
          }
        }
      }),
    );
  });

  test("without room for another hour it goes on counting the ones it has, and says what it dropped", () => {
    const counter = createUseCounter(1);
    counter.count({ keyId: ONE }, "VALID", START);
    counter.count({ keyId: OTHER }, "VALID", START);
    counter.count({ keyId: ONE }, "VALID", START + HOUR_MS);
    counter.count({ keyId: ONE }, "EXPIRED", START + 1);
    const uses = counter.take(10);
    expect(uses).toMatchObject([{ keyId: ONE, counts: { VALID: 1, EXPIRED: 1 } }]);
    counter.count({ keyId: OTHER }, "VALID", START);
    counter.putBack(uses);
    expect([counter.rows(), counter.dropped()]).toEqual([1, 4]);
  });
});
