import { inspect } from "node:util";
import { Redacted } from "@latchkey/core";
import type { ApiKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { demoKey, exampleKeys } from "@latchkey/testing/demonstration/examples";
import { hintsFor } from "../src/app/hints.ts";
import { failureOf } from "../src/kit/remote.ts";
import { application, failed, failure, keys, times } from "./application.ts";

describe("the list", () => {
  test("goes as many rows down as j was pressed, and stops at the last", () => {
    const app = application(keys(20));
    app.press(...times(7, "j"));
    expect(app.list().selected).toBe(7);
    app.press(...times(200, "j"));
    expect(app.list().selected).toBe(19);
    app.press("g");
    expect(app.list().selected).toBe(0);
  });

  test("asks for the next page by the cursor of this one, and for the first by none", () => {
    const app = application(keys(20), { nextCursor: "two", total: 57 });
    app.press("]");
    expect(app.last("keys.list").request).toMatchObject({ input: { cursor: "two" } });
    app.answer(app.last("keys.list"), app.pageOf(keys(20), { nextCursor: "three", total: 57 }));
    expect(app.list().pageIndex).toBe(1);
    app.press("[");
    expect(app.last("keys.list").request).not.toHaveProperty("input.cursor");
  });

  test.each([
    ["another order", ["S"]],
    ["another field to sort by", ["s", "up", "enter"]],
    ["a filter", ["f", "right", "enter"]],
  ])("returns to the first page with %s", (_, presses) => {
    const app = application(keys(20), { nextCursor: "two", total: 57 });
    app.press("]");
    app.answer(app.last("keys.list"), app.pageOf(keys(20), { nextCursor: "three", total: 57 }));
    app.press(...presses);
    expect(app.last("keys.list").request).not.toHaveProperty("input.cursor");
    app.answer(app.last("keys.list"), app.pageOf(keys(20), { nextCursor: "two" }));
    expect(app.list().pageIndex).toBe(0);
  });

  test("searches for what was typed last, once typing pauses", () => {
    const app = application();
    const before = app.asks("keys.list").length;
    app.press("/", "c", "i");
    expect(app.asks("keys.list")).toHaveLength(before);
    const waits = app.effects.filter((effect) => effect.type === "wait");
    for (const wait of waits) app.store.dispatch({ ...wait, type: "elapsed" });
    expect(app.asks("keys.list")).toHaveLength(before + 1);
    expect(app.last("keys.list").request).toMatchObject({ input: { search: "ci" } });
  });

  test("ignores a late answer to an older question", () => {
    const app = application();
    app.press("S");
    const older = app.last("keys.list");
    app.press("S");
    const newer = app.last("keys.list");
    app.answer(newer, app.pageOf(keys(2)));
    app.answer(older, app.pageOf(keys(9)));
    expect(app.list().page.known?.items).toHaveLength(2);
  });

  test("keeps its rows while it loads and when loading fails", () => {
    const app = application(keys(5));
    app.press("r");
    expect(app.list().page.known?.items).toHaveLength(5);
    app.fail(app.last("keys.list"));
    expect(app.list().page.known?.items).toHaveLength(5);
    expect(failureOf(app.list().page)?.code).toBe("UNAVAILABLE");
  });

  test("stays on its key when others come and go", () => {
    const app = application(keys(5));
    app.press("j", "j");
    app.happens("key.created");
    const [first, , third] = keys(5) as [ApiKey, ApiKey, ApiKey];
    app.answer(
      app.last("keys.list"),
      app.pageOf([demoKey({ title: "New" }), first, first, first, third]),
    );
    expect(app.list().selected).toBe(4);
  });

  test("asks nothing more while nothing new was heard of", () => {
    const app = application();
    const before = app.effects.length;
    for (const _ of times(50, "tick")) app.store.dispatch({ type: "ticked" });
    expect(app.effects).toHaveLength(before);
  });

  test("steps back from a page that has become empty", () => {
    const app = application(keys(20), { nextCursor: "two", total: 21 });
    app.press("]");
    app.answer(app.last("keys.list"), app.pageOf([]));
    app.answer(app.last("keys.list"), app.pageOf(keys(20)));
    expect(app.list().pageIndex).toBe(0);
    expect(app.list().page.known?.items).toHaveLength(20);
  });

  test("offers nothing that needs a key while there is none", () => {
    const app = application([]);
    const actions = hintsFor(app.store.getState()).map(({ action }) => action);
    expect(actions).toEqual(["new", "owners", "jump", "palette", "help"]);
    app.press("enter", "e", "a", "x", "X", "t", "y");
    expect(app.store.getState().layers).toHaveLength(1);
  });

  test("says why a key that still works can't be deleted", () => {
    const app = application();
    app.press("X");
    expect(app.store.getState().layers).toHaveLength(1);
    expect(app.store.getState().notice).toMatchObject({
      tone: "error",
      text: "This key can't be deleted: revoke it first.",
    });
  });
});

describe("a form", () => {
  test("saves once, however often Enter is pressed", () => {
    const app = application();
    app.press("n", "C", "I", "enter", "enter", "ctrl-s");
    expect(app.asks("keys.create")).toHaveLength(1);
    expect(app.last("keys.create").request.input).toEqual({ title: "CI" });
  });

  test("keeps what was typed beside what the server says", () => {
    const app = application();
    app.press("n", " ", "ctrl-s");
    app.fail(
      app.last("keys.create"),
      failed({ code: "TITLE_INVALID", problem: { kind: "empty" } }),
    );
    expect(app.top()).toMatchObject({
      kind: "create-key",
      form: { working: false, failure: { code: "TITLE_INVALID" } },
    });
    expect(app.typed("title")).toBe(" ");
  });

  test("asks before what was typed is lost, and goes at once where nothing was", () => {
    const app = application();
    app.press("n", "escape");
    expect(app.top().kind).toBe("key-list");
    app.press("n", "C", "escape");
    expect(app.top().kind).toBe("discard-changes");
    app.press("enter");
    expect(app.top().kind).toBe("create-key");
    expect(app.typed("title")).toBe("C");
    app.press("escape", "tab", "enter");
    expect(app.top().kind).toBe("key-list");
  });

  test("of a rename carries the revision, and after a conflict the newer one", () => {
    const app = application();
    app.press("e", "!", "ctrl-s");
    expect(app.last("keys.rename").request.input).toMatchObject({
      title: "CI deploy!",
      revision: 1,
    });
    app.fail(app.last("keys.rename"), failed({ code: "CONFLICT", revision: 2 }));
    const key = app.list().page.known?.items[0] as ApiKey;
    app.answer(app.last("keys.get"), { ...key, title: "Theirs", revision: 2 });
    app.press("ctrl-s");
    expect(app.last("keys.rename").request.input).toMatchObject({
      title: "CI deploy!",
      revision: 2,
    });
  });
});

describe("a dialog", () => {
  test.each([["x"], ["t"]])(
    "opened by %s has Cancel focused: a hasty Enter changes nothing",
    (key) => {
      const app = application();
      app.press(key, "enter");
      expect(app.top().kind).toBe("key-list");
      expect(app.asks("keys.revoke")).toHaveLength(0);
      expect(app.asks("keys.rotate")).toHaveLength(0);
    },
  );

  test("revokes at the instant that was chosen", () => {
    const app = application();
    app.press("x", "up", "right", "right", "enter", "enter", "enter");
    expect(app.asks("keys.revoke")).toHaveLength(1);
    expect(app.last("keys.revoke").request.input).toMatchObject({ inSeconds: 86_400 });
  });

  test("takes a schedule back", () => {
    const app = application();
    app.press("j", "x", "up", "right", "right", "right", "right", "enter", "enter");
    expect(app.asks("keys.cancelRevocation")).toHaveLength(1);
  });

  test("rotates with the grace that was chosen, and shows the new token", () => {
    const app = application();
    app.press("t", "up", "right", "enter", "enter");
    expect(app.last("keys.rotate").request.input).toMatchObject({ graceSeconds: 604_800 });
    const [previous] = exampleKeys() as [ApiKey];
    const key = demoKey({ title: "CI deploy", id: "key_next" });
    app.answer(app.last("keys.rotate"), { key, previous, token: new Redacted("sk_secret") });
    expect(app.top().kind).toBe("created-key");
  });

  test("tells what went wrong and stays", () => {
    const app = application();
    app.press("x", "tab", "enter");
    app.fail(app.last("keys.revoke"));
    expect(app.top()).toMatchObject({ kind: "revoke-key", confirm: { working: false, failure } });
  });

  test("of a deletion returns to the list, without the key", () => {
    const app = application();
    app.press("G", "enter", "X", "tab", "enter");
    const { request } = app.last("keys.delete");
    app.answer(app.last("keys.delete"), request);
    expect(app.top().kind).toBe("key-list");
    expect(app.list().page.known?.items.map(({ title }) => title)).not.toContain("Old laptop");
  });
});

describe("a token", () => {
  const TOKEN = "sk_neverToBeSeenInAnyState";
  const created = () => {
    const app = application();
    app.press("n", "C", "enter");
    const fresh = { key: demoKey({ title: "C" }), token: new Redacted(TOKEN) };
    app.answer(app.last("keys.create"), fresh);
    return app;
  };

  test("is asked about before it is lost unseen, also by Ctrl-C", () => {
    for (const way of ["enter", "escape", "ctrl-c"]) {
      const app = created();
      app.press(way);
      expect(app.top().kind).toBe("leave-token");
      app.press("enter");
      expect(app.top().kind).toBe("created-key");
      expect(app.effects.some(({ type }) => type === "quit")).toBe(false);
    }
  });

  test("that is being made is not lost to one Ctrl-C", () => {
    const app = application();
    app.press("n", "C", "enter", "ctrl-c");
    expect(app.effects.some(({ type }) => type === "quit")).toBe(false);
    app.press("ctrl-c");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 0 });
  });

  test.each(["s", "c", "s s"])("is asked about before quitting after %s too", (keys) => {
    const app = created();
    app.press(...keys.split(" "), "ctrl-c");
    expect(app.top()).toMatchObject({ kind: "leave-token", isUnseen: false });
    expect(app.effects.some(({ type }) => type === "quit")).toBe(false);
    app.press("escape");
    expect(app.top().kind).toBe("created-key");
    app.press("ctrl-c", "ctrl-c");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 0 });
  });

  test("can be left by a second Ctrl-C", () => {
    const app = created();
    app.press("ctrl-c", "ctrl-c");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 0 });
  });

  test.each(["s", "c"])("is left without a question after %s, for the key's page", (key) => {
    const app = created();
    app.press(key, "enter");
    expect(app.top().kind).toBe("key-detail");
    app.press("escape");
    expect(app.top().kind).toBe("key-list");
  });

  test("stands in no printed state or effect", () => {
    const app = created();
    app.press("s", "c");
    const printed = inspect([app.store.getState(), app.effects], { depth: null, showHidden: true });
    expect(printed + JSON.stringify([app.store.getState(), app.effects])).not.toContain(TOKEN);
  });
});

describe("the detail page", () => {
  test("scrolls no further than there is something to see", () => {
    const app = application();
    app.store.dispatch({ type: "resized", columns: 60, rows: 16 });
    app.press("enter", ...times(200, "j"));
    const bottom = app.top();
    app.press("k", "j");
    expect(app.top()).toEqual(bottom);
    app.press("g");
    expect(app.top()).toMatchObject({ scroll: 0 });
  });
});

describe("signing in", () => {
  const PASSWORD = "neverToBeSeenInAnyState";
  const refused = failed({ code: "UNAUTHENTICATED" });
  const me = createDemonstration([]).principal;
  const over = () => application(exampleKeys(), {}, { lastEmail: me.email });
  const signIn = (app: ReturnType<typeof application>) => {
    app.press(...PASSWORD, "enter");
    const { number } = app.effects.findLast(({ type }) => type === "sign-in") as { number: number };
    app.store.dispatch({ type: "signed-in", number });
  };

  test("keeps the password out of every printed state and effect, and drops it afterwards", () => {
    const app = over();
    app.lost(refused);
    app.press(...PASSWORD);
    const printed = (): string => {
      const all = [app.store.getState(), app.effects];
      return inspect(all, { depth: null, showHidden: true }) + JSON.stringify(all);
    };
    expect(printed()).not.toContain(PASSWORD);
    signIn(app);
    expect(printed()).not.toContain(PASSWORD);
    app.answer(app.last("auth.whoami"), me);
    expect(app.store.getState().signingIn).toBeNull();
  });

  test("leaves every layer as it was, and reads again what stands there", () => {
    const app = over();
    app.press("j", "enter", "e", "!");
    const before = app.store.getState().layers;
    app.fail(app.last("keys.get"), refused);
    expect(app.store.getState().signingIn).toMatchObject({ reason: "ended", focus: "password" });
    signIn(app);
    const lists = app.asks("keys.list").length;
    app.answer(app.last("auth.whoami"), me);
    const after = app.store.getState().layers;
    expect(after.map(({ number }) => number)).toEqual(before.map(({ number }) => number));
    expect(app.top().kind).toBe("edit-key");
    expect(app.typed("title")).toBe("Warehouse sync!");
    expect(app.list().selected).toBe(1);
    expect(app.asks("keys.list")).toHaveLength(lists + 1);
  });

  test("is not asked for again by what the former session was still refused", () => {
    const app = over();
    app.press("enter");
    const [get, history] = [app.last("keys.get"), app.last("events.list")];
    app.fail(get, refused);
    signIn(app);
    app.answer(app.last("auth.whoami"), me);
    app.fail(history, refused);
    expect(app.store.getState().signingIn).toBeNull();
  });

  test("asks before a new token is lost to Quit below it", () => {
    const app = over();
    app.press("n", "C", "enter");
    const create = app.last("keys.create");
    app.lost(refused);
    app.answer(create, { key: demoKey({ title: "C" }), token: new Redacted("sk_secret") });
    app.press("ctrl-c");
    expect(app.effects.some(({ type }) => type === "quit")).toBe(false);
    app.press("ctrl-c");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 0 });
  });

  test("is no matter where nobody signs in", () => {
    const app = application();
    app.press("r");
    app.fail(app.last("keys.list"), refused);
    expect(app.store.getState().signingIn).toBeNull();
    expect(failureOf(app.list().page)).toEqual(refused);
  });
});

describe("the application", () => {
  test("can be left or tried again where no server was found", () => {
    const app = application();
    app.store.dispatch({ type: "connect-failed", message: "It is held by another program." });
    app.press("r");
    expect(app.effects.at(-1)).toEqual({ type: "connect" });
    app.store.dispatch({ type: "connect-failed", message: "Still." });
    app.press("q");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 3 });
  });

  test("survives a handler that throws, says so, and hands over what it threw", () => {
    const app = application();
    app.answer(app.last("keys.list"), app.pageOf(exampleKeys()));
    app.press("r");
    app.answer(app.last("keys.list"), null);
    expect(app.store.getState().notice?.tone).toBe("error");
    expect(app.defects).toEqual([expect.any(TypeError)]);
    app.press("q");
    expect(app.effects.at(-1)).toEqual({ type: "quit", exitCode: 0 });
  });

  test("loads again what it shows once the connection is back", () => {
    const app = application();
    const before = app.asks("keys.list").length;
    app.lost();
    app.store.dispatch({ type: "joined" });
    expect(app.asks("keys.list")).toHaveLength(before + 1);
  });
});
