import type { ApiKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { DEMONSTRATION_NOW, demoKey } from "@latchkey/testing/demonstration/examples";
import { SIZES } from "@latchkey/testing/terminal/sizes";
import { parseAhead } from "../src/format/ahead.ts";
import { openForm, textIn } from "../src/kit/form.ts";
import { secretField } from "../src/kit/secret-field.ts";
import { textField } from "../src/kit/text-field.ts";
import { application, failed, times } from "./application.ts";
import { lineWith, startOnScreen } from "./harness.ts";

const local = (year: number, month: number, day: number, hour = 0, minute = 0): Date =>
  new Date(year, month - 1, day, hour, minute);

describe("an instant ahead", () => {
  const at = (text: string) => parseAhead(text, DEMONSTRATION_NOW);

  test.each([
    ["36h", new Date(DEMONSTRATION_NOW.getTime() + 36 * 3_600_000)],
    [" 10d ", new Date(DEMONSTRATION_NOW.getTime() + 240 * 3_600_000)],
    ["2027-01-31", local(2027, 2, 1)],
    ["2027-1-31  18:05", local(2027, 1, 31, 18, 5)],
    ["2026-11-12", local(2026, 11, 13)],
  ])("is %j from now, or to the end of that day", (text, expected) => {
    expect(at(text)).toEqual({ at: expected });
  });

  test.each([
    ["", /like 36h/],
    ["soon", /like 36h/],
    ["2027-02-30", /like 36h/],
    ["2027-01-31 24:00", /like 36h/],
    ["2027-01-31 18:00 Berlin", /like 36h/],
    ["0s", /over already/],
    ["2026-11-11", /over already/],
    ["11y", /like 36h/],
    ["3654d", /10 years/],
    ["999999999w", /10 years/],
  ])("is not %j, and it says why", (text, problem) => {
    expect(at(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

/** The application on a new key's form, whose title is typed. */
function onCreate() {
  const app = application();
  app.press("n", ..."Deploy");
  const created = () => app.last("keys.create").request.input;
  return { ...app, created };
}

describe("a new key", () => {
  test("is everything its owner may do, and for ever, where nothing else is chosen", () => {
    const app = onCreate();
    app.press("enter");
    expect(app.created()).toMatchObject({
      title: "Deploy",
      scopes: undefined,
      expiresAt: undefined,
    });
  });

  test("has the scopes that were typed, each completed from those in use", () => {
    const app = onCreate();
    const inUse = [
      demoKey({ title: "In use", scopes: ["orders:read", "orders:write", "backups:write"] }),
    ];
    app.answer(app.last("keys.list"), app.pageOf(inUse));
    app.press("tab", ..."ord", "right", ..." back", "right", "enter");
    expect(app.created()).toMatchObject({ scopes: ["orders:read", "backups:write"] });
  });

  test("moves its cursor by the same key where there is nothing to complete", () => {
    const app = onCreate();
    const inUse = [demoKey({ title: "In use", scopes: ["orders:read"] })];
    app.answer(app.last("keys.list"), app.pageOf(inUse));
    app.press("tab", ..."a:b", "right", "left", "left", "x");
    expect(app.typed("scopes")).toBe("ax:b");
  });

  test.each([
    [1, 7],
    [2, 30],
    [3, 90],
    [4, 365],
  ])("expires as the choice number %i says: in %i days", (choice, days) => {
    const app = onCreate();
    app.press("tab", "tab", ...times(choice, "right"), "ctrl-s");
    const expected = new Date(DEMONSTRATION_NOW.getTime() + days * 86_400_000).toISOString();
    expect(app.created()).toMatchObject({ expiresAt: expected });
  });

  test("expires at the day that was typed, and keeps what is wrong beside its field", () => {
    const app = onCreate();
    app.press("tab", "tab", ...times(5, "right"), "tab", ..."soon", "ctrl-s");
    expect(app.asks("keys.create")).toHaveLength(0);
    expect(app.top()).toMatchObject({ form: { focus: "expiresAt", working: false } });
    app.press("ctrl-u", ..."2027-01-31", "ctrl-s");
    expect(app.created()).toMatchObject({ expiresAt: local(2027, 2, 1).toISOString() });
  });

  test("has the server's word on a scope beside that field", () => {
    const app = onCreate();
    app.press("tab", ..."Orders", "ctrl-s");
    const problem = { kind: "malformed", scope: "Orders" } as const;
    app.fail(app.last("keys.create"), failed({ code: "SCOPE_INVALID", problem }));
    expect(app.top()).toMatchObject({ form: { focus: "scopes", working: false } });
  });

  test("is asked about before it is left, whichever field was changed", () => {
    for (const presses of [["x"], ["tab", "x"], ["tab", "tab", "right"]]) {
      const app = application();
      app.press("n", ...presses, "escape");
      expect(app.top().kind).toBe("discard-changes");
    }
  });
});

describe("a revocation at another time", () => {
  test("is scheduled by what was typed", () => {
    const app = application();
    app.press("x", "up", ...times(4, "right"), "enter", ..."36h", "enter", "enter");
    expect(app.last("keys.revoke").request.input).toMatchObject({ inSeconds: 36 * 3600 });
  });

  test("that lies in the past is sent nowhere, and says so beside its field", () => {
    const app = application();
    app.press("x", "up", ...times(4, "right"), "enter", ..."1999-01-01", "enter", "enter");
    expect(app.asks("keys.revoke")).toHaveLength(0);
    expect(app.top()).toMatchObject({
      confirm: { focus: "other", working: false, problem: "That is over already." },
    });
  });

  test("takes letters as letters: q cancels nothing there", () => {
    const app = application();
    app.press("x", "up", ...times(4, "right"), "enter", "q");
    expect(app.top()).toMatchObject({ kind: "revoke-key", confirm: { other: { text: "q" } } });
  });
});

test("a rotation takes any grace that is typed", () => {
  const app = application();
  app.press("t", "up", ...times(2, "right"), "enter", ..."3d", "enter", "enter");
  expect(app.last("keys.rotate").request.input).toMatchObject({ graceSeconds: 3 * 86_400 });
});

describe.each(SIZES)("the forms at %i×%i", (columns, rows) => {
  const start = (keys?: ApiKey[]) => startOnScreen(columns, rows, createDemonstration(keys));

  test("of a new key has every field, and tells until when it works", async () => {
    const { after, shows } = start();
    await after("▌ CI deploy", "nRelease\t\t\u001B[C\u001B[C");
    const dialog = (await shows("Works until 12 Dec 2026, 14:03.")).join("\n");
    for (const part of ["╭", "╯", "Title", "Scopes", "◉ 30 days", "other…", "Cancel", "Save"]) {
      expect(dialog).toContain(part);
    }
  });

  test("of a new key offers the scopes in use", async () => {
    const { after, shows } = start();
    await after("▌ CI deploy", "nRelease\tor");
    await after("→ orders:read", "\u001B[C");
    await shows("orders:read▏");
  });

  test("of a scheduled revocation keeps everything inside the window", async () => {
    const { after, shows } = start();
    await after("▌ CI deploy", "jx");
    await after("Revoke Warehouse sync?", `\u001B[A${"\u001B[C".repeat(5)}\rsoon\r\r`);
    const lines = await shows("Write something like 36h");
    const dialog = lines.join("\n");
    for (const part of ["╭", "╯", "◉ other…", "not at all", "soon▏", "Schedule revocation"]) {
      expect(dialog).toContain(part);
    }
  });

  test("of a rotation says until when the old one works, under any title", async () => {
    const { after, shows } = start([demoKey({ title: "日本語 e\u0301 \u001B[2Jx".repeat(9) })]);
    await after("▌ 日本語", `t\u001B[A${"\u001B[C".repeat(2)}\r3d`);
    const lines = await shows("3d▏");
    expect(lines.join(" ")).toContain("keeps working until 15 Nov");
    expect(lineWith(lines, "Rotate 日本語")).toMatch(/╮/);
  });
});

test("a name that is no field's does not compile, and at run time is a defect rather than empty", () => {
  type Fields = { text: "title"; secret: "password"; choice: never };
  const form = openForm<Fields>([
    { kind: "text", id: "title", label: "Title", text: textField("CI") },
    { kind: "secret", id: "password", label: "Password", text: secretField() },
  ]);
  expect(textIn(form, "title")).toBe("CI");
  // @ts-expect-error: misspelt
  expect(() => textIn(form, "titel")).toThrow("the form has no text titel");
  // @ts-expect-error: of another kind
  expect(() => textIn(form, "password")).toThrow("the form has no text password");
  // @ts-expect-error: a focus that is no field
  expect({ ...form, focus: "titel" } satisfies typeof form).toBeDefined();
});
