import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { confirm } from "../src/cli/ask.ts";
import type { Console } from "../src/cli/console.ts";

/** A question on a terminal, and its answer. */
async function asked(...typed: readonly string[]): Promise<unknown> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin });
  const prompts = Object.assign(new Writable({ write: (_, __, done) => done() }), { isTTY: true });
  const console = { stdin, prompts, err: () => {}, interactive: true } as unknown as Console;
  const answer = confirm(console, { fact: "It ends.", question: "End it?" });
  for (const keys of typed) stdin.write(keys);
  return answer.then(
    () => "yes",
    (error: { code?: string }) => error.code ?? error,
  );
}

test("an answer on a terminal may be long, and not without end", async () => {
  expect(await asked(" ".repeat(8000), "yes\r")).toBe("yes");
  expect(await asked("x".repeat(9000))).toBe("INPUT_INVALID");
  expect(await asked(`\x1b[${"1".repeat(9000)}`)).toBe("INPUT_INVALID");
});
