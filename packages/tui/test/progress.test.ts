import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { whileUnderWay } from "../src/cli/progress.ts";
import { pipedConsole } from "./piped-console.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => vi.useRealTimers());

function underWay({ isTerminal = true, json = false } = {}) {
  const said: string[] = [];
  const status = isTerminal ? (text: string) => said.push(text) : null;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = json ? ({ json: true } as const) : {};
  const result = whileUnderWay({ ...pipedConsole().console, status }, options, "Checking", promise);
  return { said, result, resolve, reject };
}

test("long work says that it is under way and for how long, and leaves nothing of it", async () => {
  const { said, result, resolve } = underWay();
  vi.advanceTimersByTime(499);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(2_100);
  expect(said).toEqual(["Checking…", "Checking… 1 s", "Checking… 2 s"]);
  resolve("done");
  expect(await result).toBe("done");
  vi.advanceTimersByTime(10_000);
  expect(said.slice(3)).toEqual([""]);
});

test("work that fails takes the word away too", async () => {
  const { said, result, reject } = underWay();
  vi.advanceTimersByTime(600);
  reject(new Error("unreachable"));
  await expect(result).rejects.toThrow("unreachable");
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual(["Checking…", ""]);
});

test.each([{ isTerminal: false }, { json: true }])(
  "nothing is said to a program: %j",
  async (to) => {
    const { said, result, resolve } = underWay(to);
    vi.advanceTimersByTime(10_000);
    resolve("done");
    expect(await result).toBe("done");
    expect(said).toEqual([]);
  },
);
