import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { everybodysKeys } from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { hintsFor } from "../src/app/hints.ts";
import { application, keys } from "./application.ts";
import { startOnScreen } from "./harness.ts";

describe("a comma and a letter", () => {
  test("lead to another screen, and back to the row where one was", () => {
    const app = application(keys(20));
    app.press("j", "j", "j", ",", "a");
    expect(app.top().kind).toBe("audit");
    app.press(",", "k");
    expect(app.list()).toMatchObject({ kind: "key-list", selected: 3 });
  });

  test("lead there from pages above, which are closed", () => {
    const app = application(keys(3));
    app.press("enter", "v", ",", "a");
    expect(app.store.getState().layers.map(({ state }) => state.kind)).toEqual(["audit"]);
    app.press(",", "k");
    expect(app.store.getState().layers.map(({ state }) => state.kind)).toEqual(["key-list"]);
  });

  test("lead down to the screen itself where one is above it already", () => {
    const app = application(keys(3));
    app.press("enter", ",", "k");
    expect(app.top().kind).toBe("key-list");
  });

  test("are letters where text is typed", () => {
    const app = application(keys(3));
    app.press("n", ",", "a");
    expect(app.top().kind).toBe("create-key");
    expect(app.typed("title")).toBe(",a");
    app.press("escape", "tab", "enter", "/", ",", "a");
    expect(app.list().search.text).toBe(",a");
  });

  test.each(["escape", "x", "n", ","])(
    "stay here, and do nothing else, with %s after it",
    (key) => {
      const app = application(keys(3));
      app.press(",", key);
      expect(app.store.getState()).toMatchObject({ jumping: false });
      expect(app.store.getState().layers).toHaveLength(1);
      app.press("a");
      expect(app.top().kind).toBe("key-actions");
    },
  );

  test("are told by the hint line while the letter is awaited", () => {
    const app = application(keys(3));
    app.press(",");
    const hints = hintsFor(app.store.getState()).map(({ key, word }) => `${key} ${word}`);
    expect(hints).toEqual([", then", "k keys", "a audit", "u users", "p profile", "esc stay"]);
  });

  test("lead away from no token that was not seen yet", () => {
    const app = application();
    app.press("n", "C", "enter");
    const { request, ...create } = app.last("keys.create");
    const [key] = keys(1);
    app.answer({ ...create, request }, { key, token: "sk_secret" });
    app.press(",", "a", "?", ",", "a");
    expect(app.store.getState().layers.map(({ state }) => state.kind)).toEqual([
      "key-list",
      "created-key",
      "help",
    ]);
  });
});

test("a screen that was left takes its late answer, and reads again when one comes back", () => {
  const app = application(keys(3));
  app.press("r");
  const late = app.last("keys.list");
  app.press(",", "a");
  app.answer(late, app.pageOf(keys(7)));
  const before = app.asks("keys.list").length;
  app.press(",", "k");
  expect(app.list()).toMatchObject({ page: { known: { total: 7 } } });
  expect(app.asks("keys.list")).toHaveLength(before + 1);
});

describe.each(SIZES)("the navigation at %i×%i", (columns, rows) => {
  const wide = columns >= 132;

  test(`${wide ? "stands" : "does not stand"} beside every page but that of a new token`, async () => {
    const { after, shows, terminal } = startOnScreen(columns, rows);
    const stands = (lines: readonly string[]) =>
      lines.some((line) => /^ {3}Audit log +a/.test(line) || /^ › Audit log +a/.test(line));
    expect(stands(await shows("▌ CI deploy"))).toBe(wide);
    terminal.type(",a");
    expect(stands(await shows("following"))).toBe(wide);
    await after("following", ",k");
    await after("▌ CI deploy", "nRelease robot\u0013");
    expect(stands(await shows("Copy it now"))).toBe(false);
  });

  test("leaves the tables all of their columns where it stands", async () => {
    if (!wide) return;
    const demonstration = createDemonstration(everybodysKeys());
    const { after, shows } = startOnScreen(columns, rows, demonstration);
    await after("ops@example.com · ", "o");
    const lines = await shows("5 keys · all");
    const head = lines.find((line) => line.includes("TITLE")) ?? "";
    for (const name of ["OWNER", "TOKEN", "STATUS", "LAST USED", "CREATED"]) {
      expect(head).toContain(name);
    }
  });
});
