import { expect, test } from "vitest";
import { runProgram } from "../src/cli/program.ts";
import { pipedConsole } from "./piped-console.ts";

// An error in the usage is read by whoever reads a CI's log.

const SECRETS = [
  "sk_abc",
  "sk_71JMabcdefNIxR",
  "71JMabcdefNIxR",
  "lks_0123456789",
  "Correct-Horse",
  "hunter2hunter2",
  "postgres://u:p4ss@db/x",
];

/** Every place of the command line where a word is not expected, or not such a one. */
const places: readonly ((secret: string) => string[])[] = [
  (secret) => [secret],
  (secret) => ["keys", secret],
  (secret) => ["keys", "verify", secret],
  (secret) => ["keys", "show", "key_1", secret],
  (secret) => ["whoami", secret, "twice"],
  (secret) => ["password", "ordinary", secret],
  (secret) => ["keys", "verify", `--${secret}`],
  (secret) => ["keys", "verify", `--token=${secret}`],
  (secret) => ["keys", "list", "--limit", secret],
  (secret) => ["keys", "list", `--limit=${secret}`],
  (secret) => ["keys", "list", "--status", secret],
  (secret) => ["keys", "create", "--expires-in", secret],
  (secret) => ["users", "add", "--role", secret],
  (secret) => ["completion", secret],
];

test.each(SECRETS)("a usage error does not repeat %s, wherever it stands", async (secret) => {
  for (const place of places) {
    for (const json of [[], ["--json"]]) {
      const { console, out, err } = pipedConsole();
      const args = [...place(secret), ...json];
      expect([args, await runProgram(args, console, async () => 9)]).toEqual([args, 2]);
      expect(out() + err()).not.toBe("");
      expect(out() + err()).not.toContain(secret);
    }
  }
});

test("too many arguments are counted, not repeated: each may be a password", async () => {
  const { console, err } = pipedConsole();
  expect(await runProgram(["password", "old", "new"], console, async () => 9)).toBe(2);
  expect(err()).toMatch(/^error: too many arguments for 'password'. .* but got 2\.\n/);
});

test.each([
  [["keys", "lst"], /unknown command 'lst'\n\(Did you mean list\?\)/],
  [["kyes"], /unknown command 'kyes'\n\(Did you mean keys\?\)/],
  [["keys", "list", "--limt", "3"], /unknown option '--limt'\n\(Did you mean --limit\?\)/],
  [["keys", "list", "--limit", "many"], /argument 'many' is invalid. Give a whole number/],
])("an ordinary word is repeated, so that a slip is seen: %j", async (args, says) => {
  const { console, err } = pipedConsole();
  expect(await runProgram(args, console, async () => 9)).toBe(2);
  expect(err()).toMatch(says);
});

test("help goes to the console's own output", async () => {
  const { console, out, err } = pipedConsole();
  expect(await runProgram(["keys", "--help"], console, async () => 9)).toBe(0);
  expect([out(), err()]).toEqual([expect.stringMatching(/^Usage: latchkey keys /), ""]);
});
