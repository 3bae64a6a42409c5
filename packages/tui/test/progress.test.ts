import { expect, test } from "vitest";
import type { Console } from "../src/cli/console.ts";
import { type Progress, whileUnderWay } from "../src/cli/progress.ts";

const run = async (progress: () => Promise<Progress>, shows: RegExp) => {
  const work = Promise.withResolvers<string>();
  const lines: string[] = [];
  const status = (text: string) => {
    lines.push(text);
    if (shows.test(text)) work.resolve("done");
  };
  const value = await whileUnderWay({ status } as Console, {}, "Checking", work.promise, progress);
  return { value, lines };
};

test("what takes long says how far it is, and takes its line away at the end", async () => {
  const { value, lines } = await run(async () => ({ done: 425, total: 1000 }), / %/);
  expect(value).toBe("done");
  expect(lines[0]).toBe("Checking…");
  expect(lines.at(-2)).toMatch(/^Checking… \[########            \] 42 %, 1 s$/);
  expect(lines.at(-1)).toBe("");
});

test("where nobody can say how far it is, it says for how long", async () => {
  const failing = () => Promise.reject(new Error("no such procedure"));
  const { lines } = await run(failing, / s$/);
  expect(lines.slice(0, 2)).toEqual(["Checking…", "Checking… 1 s"]);
});
