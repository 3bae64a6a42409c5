import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDefectLog } from "@latchkey/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { demoKey, DEMONSTRATION_TOKEN } from "@latchkey/testing/demonstration/examples";
import { createVirtualTerminal } from "@latchkey/testing/terminal/virtual-terminal";
import { runTerminal } from "../src/app/terminal.tsx";
import { keepDefects } from "../src/connection/keep-defects.ts";
import { runShell } from "../src/ssh/shell.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-defects-"));
});
afterEach(() => rm(folder, { recursive: true }));

const broken = createDemonstration([
  { ...demoKey({ title: "CI" }), redacted: null as unknown as string },
]);

test("a screen that can't be drawn says so, and what was thrown is in the installation's log", async () => {
  const file = join(folder, "latchkey.log");
  const logDefect = openDefectLog(file);
  const defects = keepDefects(async () => ({ ...broken.connection, logDefect }));
  const { stdin, stdout, ...terminal } = createVirtualTerminal(80, 24);
  const exit = runTerminal({ ...defects, stdin, stdout, env: { TERM: "xterm" } });
  await terminal.until("the notice", (lines) =>
    lines.some((line) => line.includes("This screen can't be drawn")),
  );
  terminal.type("\u0003");
  expect(await exit).toBe(0);
  expect(defects.unlogged()).toEqual([]);
  const [line] = (await readFile(file, "utf8")).split("\n");
  expect(JSON.parse(line as string)).toMatchObject({
    kind: "TypeError",
    frames: expect.arrayContaining([expect.stringContaining("screens/key-list/")]),
  });
});

test("where the log is elsewhere, they are kept as text, without tokens and control characters", async () => {
  const { connect, onDefect, unlogged } = keepDefects(async () => broken.connection);
  onDefect(new TypeError("before it was connected"));
  await connect();
  onDefect(new Error(`\u001B]0;of ${DEMONSTRATION_TOKEN}`));
  const [first, second] = unlogged();
  expect(first).toMatch(/^TypeError: before it was connected\n +at /);
  expect(second).not.toContain(DEMONSTRATION_TOKEN);
  expect(second).not.toContain("\u001B");
  for (let more = 0; more < 100; more += 1) onDefect(more);
  expect(unlogged()).toHaveLength(10);
});

test("over SSH it goes to the process of the SSH server, and the terminal goes on", async () => {
  const heard: unknown[] = [];
  const { stdin, stdout, ...terminal } = createVirtualTerminal(80, 24);
  const silent = { resize: () => {}, onKeys: () => {}, hangUp: () => {}, flush: async () => {} };
  const visit = runShell({
    terminal: { stdin, stdout, ...silent },
    env: { TERM: "xterm" },
    connection: broken.connection,
    now: () => new Date(),
    expiresAt: new Date(Date.now() + 60_000),
    bounds: { idleMs: 60_000, warningMs: 1_000 },
    onDefect: (error) => heard.push(error),
  });
  const shows = (text: string) =>
    terminal.until(text, (lines) => lines.some((line) => line.includes(text)));
  await shows("This screen can't be drawn");
  expect(heard).toEqual([expect.any(TypeError)]);
  terminal.type(",a");
  await shows("Audit log");
  terminal.type("\u0003");
  expect(await visit.done).toBe(0);
});
