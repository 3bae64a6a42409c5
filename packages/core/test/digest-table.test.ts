import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DigestTable } from "../src/digest-table.ts";
import { cacheName } from "../src/index.ts";

type Value = { readonly of: string };

/** Texts of 32 bytes; few of them differ early, so that they get in each other's way. */
const digest = fc
  .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { minLength: 32, maxLength: 32 })
  .map((bytes) => String.fromCharCode(...bytes));

describe("values found by digest", () => {
  test("are those of a model, whatever is set and taken out in between", () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ set: digest }) },
      { weight: 2, arbitrary: fc.record({ spared: fc.integer({ min: 0, max: 3 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
        const [table, model] = [new DigestTable<Value>(), new Map<string, Value>()];
        for (const [index, each] of steps.entries()) {
          if ("set" in each) {
            const value = { of: `${index}` };
            expect(table.set(each.set, value)).toBe(model.get(each.set));
            model.set(each.set, value);
          } else {
            let { spared } = each;
            const out = table.takeOut(() => (spared -= 1) >= 0);
            const [name] = [...model].find(([, value]) => value === out) ?? [];
            expect(name === undefined).toBe(model.size === 0);
            if (name !== undefined) model.delete(name);
          }
          expect(table.size).toBe(model.size);
          for (const [name, value] of model) expect(table.get(name)).toBe(value);
        }
      }),
    );
  });

  test("are taken out by turns, so that none is spared for ever", () => {
    const table = new DigestTable<Value>();
    for (let id = 0; id < 100; id += 1) table.set(cacheName(`${id}`), { of: `${id}` });
    const seen = new Set<Value>();
    table.takeOut((value) => !seen.has(value) && seen.add(value).size > 0);
    expect([seen.size, table.size]).toEqual([100, 99]);
  });

  test("are those that were last set, at any fill, for digests however alike", () => {
    fc.assert(
      fc.property(fc.array(digest, { maxLength: 200, size: "max" }), (digests) => {
        const [table, model] = [new DigestTable<Value>(), new Map<string, Value>()];
        for (const [index, each] of digests.entries()) {
          expect(table.get(each)).toBe(model.get(each));
          const value = { of: `${index}` };
          table.set(each, value);
          model.set(each, value);
        }
        expect(table.size).toBe(model.size);
        for (const [each, value] of model) expect(table.get(each)).toBe(value);
      }),
    );
  });

  test("differ where one bit of 256 differs", () => {
    const one = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
    const table = new DigestTable<Value>();
    table.set(String.fromCharCode(...one), { of: "one" });
    for (let bit = 0; bit < 256; bit += 1) {
      const other = one.slice();
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(table.get(String.fromCharCode(...other))).toBeUndefined();
    }
  });

  test("are all there after it has grown to tens of thousands, and a digest of zeros is as good as any", () => {
    const table = new DigestTable<Value>();
    expect(table.get("\0".repeat(32))).toBeUndefined();
    table.set("\0".repeat(32), { of: "zeros" });
    for (let id = 0; id < 30_000; id += 1) table.set(cacheName(`${id}`), { of: `${id}` });
    expect(table.size).toBe(30_001);
    expect(table.get("\0".repeat(32))).toEqual({ of: "zeros" });
    for (let id = 0; id < 30_000; id += 1) {
      if (table.get(cacheName(`${id}`))?.of !== `${id}`) throw new Error(`${id} is not found`);
    }
    expect(table.get(cacheName("another"))).toBeUndefined();
  });
});
