import { LocalFailure } from "@latchkey/client";
import { expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { demoKey, eventOf } from "@latchkey/testing/demonstration/examples";
import { lineWith, startOnScreen } from "./harness.ts";

function failing() {
  const demonstration = createDemonstration();
  demonstration.before = () => {
    throw new Error("the line is dead");
  };
  return demonstration;
}

test.each([
  [60, 16],
  [80, 24],
  [120, 40],
])(
  "a first screen that could not be loaded says so at %i×%i, and comes by itself",
  async (columns, rows) => {
    const demonstration = failing();
    const { shows, terminal } = startOnScreen(columns, rows, demonstration);
    await shows("The server can't be reached. r to try again.");
    demonstration.before = () => {};
    await shows("▌ CI deploy");
    await terminal.until("the person", (now) => /ops@example\.com · .*live$/.test(now[0] ?? ""));
    expect(terminal.lines().join("\n")).not.toContain("can't be reached");
  },
);

test("rows stay while the server is away, and what changed meanwhile is there with it", async () => {
  const demonstration = createDemonstration();
  const { shows, terminal } = startOnScreen(80, 24, demonstration);
  await shows("ops@example.com · live");
  demonstration.before = failing().before;
  demonstration.cut();
  await shows("reconnecting since 14:03");
  terminal.type("S");
  const lines = await shows("The server can't be reached. r to try again.");
  expect(lineWith(lines, "CI deploy")).not.toBe("");
  demonstration.before = () => {};
  demonstration.reconnect();
  await shows("· live");
  await terminal.until("no complaint", (now) => !now.join("\n").includes("can't be reached"));
  expect(lineWith(terminal.lines(), "newest first")).toBe("");
});

test("a list that missed a change for a moment of failing shows it a moment later", async () => {
  const demonstration = createDemonstration();
  const { shows, terminal } = startOnScreen(80, 24, demonstration);
  await shows("ops@example.com · live");
  let failures = 0;
  demonstration.before = async ({ procedure }) => {
    if (procedure !== "keys.list" || failures > 0) return;
    failures += 1;
    throw new LocalFailure({ code: "UNAVAILABLE", why: "busy" });
  };
  demonstration.keys = demonstration.keys.slice(1);
  demonstration.happen(eventOf(99, "key.deleted", demoKey({ title: "CI deploy" })));
  await terminal.until("the change", (now) => !now.join("\n").includes("CI deploy"));
  expect(failures).toBe(1);
});

test("a change that fails says why and what to do, and keeps what was typed", async () => {
  const demonstration = createDemonstration();
  const { after, shows } = startOnScreen(60, 16, demonstration);
  await after("▌ CI deploy", "e!");
  await shows("CI deploy!▏");
  demonstration.before = failing().before;
  await after("CI deploy!▏", "\u0013");
  const lines = await shows("The connection was lost before");
  expect(lineWith(lines, "CI deploy!▏")).not.toBe("");
});

test.each([
  [60, 16],
  [80, 24],
])(
  "a way out is told only where its key is heard, not below a form at %i×%i",
  async (columns, rows) => {
    const demonstration = createDemonstration();
    const { shows, terminal } = startOnScreen(columns, rows, demonstration);
    await shows("ops@example.com · live");
    demonstration.before = failing().before;
    terminal.type("r");
    await shows("r to try again.");
    terminal.type("n");
    const form = await shows("Create secret API key");
    expect(form.join("\n")).not.toContain("r to try again");
    terminal.type("\u001B");
    await shows("r to try again.");
  },
);
