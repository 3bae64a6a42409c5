import { LocalFailure } from "@latchkey/client";
import { expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { startOnScreen } from "./harness.ts";

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
] as const;

test.each(SIZES)("a key's page shows how it was used, at %i×%i", async (columns, rows) => {
  const { after, shows, terminal } = startOnScreen(columns, rows);
  await after("▌ CI deploy", "jj\r");
  await shows("Nightly backup");
  await terminal.until("all of it", (now) =>
    /█| of (1[5-9]|2\d) lines/.test(now.slice(4).join("\n")),
  );
  terminal.type("G");
  const lines = await shows("History");
  const seen = lines.join("\n");
  if (rows >= 24) {
    expect(seen).toMatch(/Used in the last 24 hours +[\d,]+ times · at most \d+ an hour/);
    expect(seen).toMatch(/Used in the last 30 days +[\d,]+ times · at most [\d,]+ a day/);
    expect(seen).toMatch(/14 Oct +now/);
  }
  expect(seen).toMatch(/█/);
});

test("a key that somebody else deletes meanwhile says so, and offers nothing more", async () => {
  const demonstration = createDemonstration();
  const { after, shows, terminal } = startOnScreen(80, 24, demonstration);
  await after("▌ CI deploy", "\r");
  await shows("x revoke");
  demonstration.before = async ({ procedure }) => {
    if (procedure === "keys.get" || procedure === "keys.usage") {
      throw new LocalFailure({ code: "NOT_FOUND" });
    }
  };
  terminal.type("r");
  await shows("✕ deleted");
  const lines = await shows("Deleted, or no longer yours");
  expect(lines.at(-1)).not.toMatch(/revoke|edit|rotate/);
  terminal.type("x");
  await shows("Nothing can be done with it");
  expect(terminal.lines().join("\n")).not.toContain("Revoke CI deploy?");
  terminal.type("\u001B");
  await shows("1–5 of 5");
});
