import { describe, expect, test } from "vitest";
import { type CoalesceOptions, coalesce } from "../src/coalesce.ts";

// Many questions in few reads. The reads are the test's: each is under way until it is told its end.

type Read = {
  readonly keys: readonly string[];
  /** Answers each key with itself and this. */
  readonly answer: (by?: string) => void;
  readonly fail: (error: Error) => void;
};

class Busy extends Error {}

function setUp(options: Partial<CoalesceOptions> = {}) {
  const reads: Read[] = [];
  const ask = coalesce<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        const answer = (by = "") => resolve((key) => key + by);
        reads.push({ keys, answer, fail: reject });
      }),
    { atOnce: 2, most: 3, waiting: 10, busy: () => new Busy(), schedule: setImmediate, ...options },
  );
  /** Asks, and lets all that is asked by now depart. */
  const askAll = async (...keys: string[]) => {
    const answers = keys.map(async (key) => ask(key).catch((error: unknown) => error));
    await settled();
    return answers;
  };
  return { ask, askAll, reads, keysOf: () => reads.map(({ keys }) => keys) };
}

/** Until whatever could begin has begun. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((next) => setImmediate(next));
}

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

describe("many who ask at once", { timeout: 20_000 }, () => {
  test("share one read, in which each key stands once", async () => {
    const { askAll, reads, keysOf } = setUp();
    const answers = await askAll("a", "b", "a", "c", "b", "a");
    expect(keysOf()).toEqual([["a", "b", "c"]]);
    reads[0]?.answer("!");
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "a!", "c!", "b!", "a!"]);
  });

  test("are read in their order, so many at a time, and by so many reads at once", async () => {
    const { askAll, reads, keysOf } = setUp();
    const answers = await askAll(...inOrder(10));
    const full = [
      ["k0", "k1", "k2"],
      ["k3", "k4", "k5"],
    ];
    expect(keysOf()).toEqual(full);
    reads[1]?.answer();
    await settled();
    expect(keysOf()).toEqual([...full, ["k6", "k7", "k8"]]);
    reads[0]?.answer();
    await settled();
    expect(keysOf()).toEqual([...full, ["k6", "k7", "k8"], ["k9"]]);
    reads[2]?.answer();
    reads[3]?.answer();
    expect(await Promise.all(answers)).toEqual(inOrder(10));
  });

  test("that wait for a read share their places with whoever comes later", async () => {
    const { askAll, reads, keysOf } = setUp({ atOnce: 1 });
    const first = await askAll("a");
    const waiting = [...(await askAll("b")), ...(await askAll("b", "c")), ...(await askAll("c"))];
    expect(keysOf()).toEqual([["a"]]);
    reads[0]?.answer();
    await settled();
    expect(keysOf()).toEqual([["a"], ["b", "c"]]);
    reads[1]?.answer();
    expect(await Promise.all([...first, ...waiting])).toEqual(["a", "b", "b", "c", "c"]);
  });
});

describe("a read that is under way", { timeout: 20_000 }, () => {
  test("is joined by nobody: it may be older than what its asker knows", async () => {
    const { askAll, reads, keysOf } = setUp();
    const [before] = await askAll("a");
    const [after] = await askAll("a");
    expect(keysOf()).toEqual([["a"], ["a"]]);
    reads[1]?.answer(" as it is now");
    expect(await after).toBe("a as it is now");
    reads[0]?.answer(" as it was");
    expect(await before).toBe("a as it was");
  });

  test("is joined by nobody either where all reads are under way", async () => {
    const { askAll, reads, keysOf } = setUp({ atOnce: 1 });
    const [before] = await askAll("a");
    const [after] = await askAll("a");
    expect(keysOf()).toEqual([["a"]]);
    reads[0]?.answer(" as it was");
    expect(await before).toBe("a as it was");
    await settled();
    reads[1]?.answer(" as it is now");
    expect(await after).toBe("a as it is now");
  });

  test("that fails does so for those who are in it, and for nobody else", async () => {
    const { askAll, reads } = setUp({ most: 2 });
    const answers = await askAll("a", "b", "a", "c", "d", "e");
    reads[0]?.fail(new Error("broken"));
    await settled();
    reads[1]?.answer();
    reads[2]?.answer();
    const broken = new Error("broken");
    expect(await Promise.all(answers)).toEqual([broken, broken, broken, "c", "d", "e"]);
    const again = await askAll("a");
    reads[3]?.answer();
    expect(await Promise.all(again)).toEqual(["a"]);
  });

  test("whose answer can't be told counts as failed", async () => {
    const ask = coalesce<string>(
      async () => () => {
        throw new Error("no answer");
      },
      { atOnce: 1, most: 1, waiting: 1, busy: () => new Busy(), schedule: setImmediate },
    );
    await expect(ask("a")).rejects.toThrow("no answer");
    await expect(ask("a")).rejects.toThrow("no answer");
  });
});

describe("more than may wait", { timeout: 20_000 }, () => {
  test("are refused as busy at once; who has a place keeps it, and may be joined there", async () => {
    const { ask, askAll, reads } = setUp({ waiting: 4, most: 4 });
    const underWay = [...(await askAll("x")), ...(await askAll("y"))];
    const waiting = await askAll("a", "b", "c", "d");
    await expect(ask("e")).rejects.toBeInstanceOf(Busy);
    const joined = await askAll("d", "a");
    for (const { answer } of reads) answer();
    await settled();
    for (const { answer } of reads) answer();
    expect(await Promise.all([...underWay, ...waiting, ...joined])).toEqual([
      "x",
      "y",
      "a",
      "b",
      "c",
      "d",
      "d",
      "a",
    ]);
    expect(reads).toHaveLength(3);
  });

  test("find places again once others have been answered", async () => {
    const { ask, askAll, reads } = setUp({ waiting: 1, atOnce: 1 });
    const early = [...(await askAll("x")), ...(await askAll("a"))];
    await expect(ask("b")).rejects.toBeInstanceOf(Busy);
    reads[0]?.answer();
    await settled();
    const [late] = await askAll("b");
    reads[1]?.answer();
    await settled();
    reads[2]?.answer();
    expect(await Promise.all([...early, late])).toEqual(["x", "a", "b"]);
  });
});
