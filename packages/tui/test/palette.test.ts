import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { demoKey, exampleKeys } from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { fuzzyScore } from "../src/format/fuzzy.ts";
import { labelOf } from "../src/kit/palette-item.ts";
import { foundItems, type PaletteState } from "../src/screens/palette/state.ts";
import { application, keys } from "./application.ts";
import { startOnScreen } from "./harness.ts";
import { OBEYED, ODD_TEXTS } from "./odd-text.ts";

/** The application with its palette open, and something typed into it. */
function withPalette(typed: string, items = exampleKeys()) {
  const app = application(items);
  app.press(":", ...typed);
  const palette = () => app.top() as PaletteState;
  const labels = () => foundItems(palette()).map(labelOf);
  const searched = () => {
    for (const wait of app.effects.filter((effect) => effect.type === "wait")) {
      app.store.dispatch({ ...wait, type: "elapsed" });
    }
  };
  return { ...app, palette, labels, searched };
}

describe("what is typed fits", () => {
  test.each([
    ["rev", "Revoke the key"],
    ["rtk", "Rotate the key"],
    ["REVOKE", "revoke"],
    ["", "anything"],
  ])("%j to %j", (typed, text) => {
    expect(fuzzyScore(typed, text)).not.toBeNull();
  });

  test("only where every letter is there, in order", () => {
    expect(fuzzyScore("kr", "Revoke")).toBeNull();
    expect(fuzzyScore("revokes", "Revoke")).toBeNull();
  });

  test("better as a word's beginning than inside, and whole than scattered", () => {
    const score = (typed: string, text: string) => fuzzyScore(typed, text) ?? -1;
    expect(score("key", "A key")).toBeGreaterThan(score("key", "monkey"));
    expect(score("log", "Audit log")).toBeGreaterThan(score("log", "Look for a big one"));
  });
});

describe("the palette", () => {
  test("offers the commands of the page below and every screen, before anything is typed", () => {
    const app = withPalette("");
    expect(app.labels()).toContain("Create a key");
    expect(app.labels()).toContain("Audit log");
    expect(app.labels()).not.toContain("One up");
    expect(app.labels()).not.toContain("CI deploy");
  });

  test("offers nothing that would do nothing just now", () => {
    expect(withPalette("", []).labels()).not.toContain("Revoke the key");
    // The key under the cursor still works.
    expect(withPalette("").labels()).not.toContain("Delete a revoked key");
  });

  test("carries a command out on the page it was opened from", () => {
    const app = withPalette("revoke the");
    app.press("enter");
    expect(app.top()).toMatchObject({ kind: "revoke-key", key: { title: "CI deploy" } });
  });

  test("leads to a screen", () => {
    const app = withPalette("audit");
    app.press("enter");
    expect(app.top().kind).toBe("audit");
  });

  test("finds keys that are on the list at once, by title or redacted token", () => {
    expect(withPalette("warehouse").labels()[0]).toBe("Warehouse sync");
    const app = withPalette("x0Ta");
    expect(app.labels()[0]).toBe("Warehouse sync");
    app.press("enter");
    expect(app.top()).toMatchObject({ kind: "key-detail", key: { title: "Warehouse sync" } });
    app.press("escape");
    expect(app.top().kind).toBe("key-list");
  });

  test("asks the server for the others once typing pauses, and an admin for everybody's", () => {
    const app = withPalette("ledger");
    const before = app.asks("keys.list").length;
    app.searched();
    expect(app.asks("keys.list")).toHaveLength(before + 1);
    expect(app.last("keys.list").request).toMatchObject({
      input: { search: "ledger", owner: "all" },
    });
    app.answer(app.last("keys.list"), app.pageOf([demoKey({ title: "Ledger export" })]));
    expect(app.labels()).toContain("Ledger export");
  });

  test("keeps the cursor on what was chosen when more is found", () => {
    const app = withPalette("key", keys(3));
    app.press("down", "down");
    const before = app.labels()[app.palette().selected];
    app.searched();
    app.answer(app.last("keys.list"), app.pageOf([demoKey({ title: "key" }), ...keys(3)]));
    expect(app.labels()[app.palette().selected]).toBe(before);
  });

  test("takes every letter as text, and is left by esc with everything as it was", () => {
    const app = withPalette("q,:?");
    expect(app.palette().text.text).toBe("q,:?");
    app.press("enter", "escape");
    expect(app.top().kind).toBe("key-list");
  });

  test("is not there over a form, nor over a token that nobody has seen", () => {
    const app = application();
    app.press("n", ":");
    expect(app.typed("title")).toBe(":");
    app.press("enter");
    app.answer(app.last("keys.create"), { key: demoKey({ title: ":" }), token: "sk_secret" });
    app.press(":");
    expect(app.top().kind).toBe("created-key");
  });
});

describe.each(SIZES)("the palette at %i×%i", (columns, rows) => {
  test("stays inside the window, as high whatever is found", async () => {
    const { after, shows, terminal } = startOnScreen(columns, rows, createDemonstration());
    await after("▌ CI deploy", ":");
    const height = (lines: readonly string[]) =>
      lines.findIndex((line) => line.includes("╰")) - lines.findIndex((line) => line.includes("╭"));
    const open = height(await shows("Create a key"));
    expect(open).toBeGreaterThan(4);
    terminal.type("zzzz");
    expect(height(await shows("Nothing matches."))).toBe(open);
  });

  test("shows the key to press the next time, and of a key its redacted token", async () => {
    const { after, shows } = startOnScreen(columns, rows, createDemonstration());
    await after("▌ CI deploy", ":audit");
    await after("▌ Audit log", "\u0015warehouse");
    await shows(`sk_Pm2c…x0Ta  ◐ ${columns < 80 ? "59 min left" : "revokes in 59 min"}`);
  });

  test("draws any title and obeys none", async () => {
    const titles = ODD_TEXTS.map((title, index) => demoKey({ title, id: `key_${index}` }));
    const { after, shows, terminal } = startOnScreen(columns, rows, createDemonstration(titles));
    await after("evil", ":evil");
    await shows("▌ evil\\u{1B}[2J");
    for (const sequence of OBEYED) expect(terminal.written()).not.toContain(sequence);
  });

  test("has a help for every page that fits into its columns", async () => {
    const { after, shows } = startOnScreen(columns, rows, createDemonstration());
    await after("▌ CI deploy", "?");
    const lines = await shows("Keys › List of keys");
    expect(lines.find((line) => line.includes("Create a key"))).toMatch(/ {3}n +Create a key/);
    await after("esc close", "\u001B");
    await shows("▌ CI deploy");
  });
});
