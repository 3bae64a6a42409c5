import type { ApiKey } from "@latchkey/client";
import { describe, expect, test } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import {
  DEMONSTRATION_NOW,
  demoKey,
  demoMara,
  demoUser,
  exampleKeys,
} from "@latchkey/testing/demonstration/examples";
import { hintsFor } from "../src/app/hints.ts";
import { linkText } from "../src/app/link.ts";
import { newsOn, overText } from "../src/app/over.ts";
import { topLayer } from "../src/app/state.ts";
import { application, failed, failure, keys } from "./application.ts";

// What others do: heard of as it happens, read once, and told where it matters.

const [first] = exampleKeys() as [ApiKey];
const me = createDemonstration([]).principal;
const someoneElse = {
  kind: "session",
  userId: demoMara.id,
  keyId: null,
  via: "http",
  address: null,
};
const revoked: Partial<ApiKey> = {
  status: "revoked",
  revokedAt: DEMONSTRATION_NOW.toISOString(),
  revokedBy: demoMara.id,
};
const gone = failed({ code: "NOT_FOUND" });

type App = ReturnType<typeof application>;
/** What was asked for again, by its procedure. */
const asked = ({ effects }: App, from: number): string[] =>
  effects
    .slice(from)
    .flatMap((effect) => (effect.type === "ask" ? [effect.request.procedure] : []));
const over = ({ store }: App) => overText(topLayer(store.getState()), store.getState());
const news = ({ store }: App) => newsOn(topLayer(store.getState()), store.getState());

describe("the log", () => {
  test("is followed once there is a picture with its first answers in it, and not before", () => {
    const app = application();
    const at = (type: string) => app.effects.findIndex((effect) => effect.type === type);
    expect(app.effects.filter(({ type }) => type === "follow")).toHaveLength(1);
    expect(at("follow")).toBeGreaterThan(app.effects.indexOf(app.asks("keys.list")[0] as never));
    expect(app.asks("keys.list")).toHaveLength(2);
  });

  test("is left while nobody is signed in, and followed anew by whoever signs in", () => {
    const app = application(exampleKeys(), {}, { lastEmail: me.email });
    app.lost(failed({ code: "UNAUTHENTICATED" }));
    expect(app.store.getState().signingIn).toMatchObject({ reason: "ended" });
    expect(app.effects.at(-1)).toEqual({ type: "unfollow" });
    app.press(..."password", "enter");
    const { number } = app.effects.findLast(({ type }) => type === "sign-in") as { number: number };
    app.store.dispatch({ type: "signed-in", number });
    app.answer(app.last("auth.whoami"), { ...me, userId: "user_other", role: "member" });
    app.answer(app.last("keys.list"), app.pageOf([]));
    expect(app.effects.filter(({ type }) => type === "follow")).toHaveLength(2);
  });

  test("joined again has everything read again, and whose terminal this is", () => {
    const app = application();
    app.press("enter");
    for (const name of ["keys.get", "events.list", "keys.usage"] as const) app.fail(app.last(name));
    app.lost();
    const before = app.effects.length;
    app.store.dispatch({ type: "ticked" });
    expect(asked(app, before)).toEqual([]);
    app.store.dispatch({ type: "joined" });
    expect(asked(app, before)).toEqual([
      "keys.list",
      "keys.get",
      "events.list",
      "keys.usage",
      "auth.whoami",
    ]);
    app.answer(app.last("auth.whoami"), { ...me, kind: "session", role: "member" });
    expect(app.store.getState().layers).toHaveLength(1);
  });

  test("that may not be followed has what is shown read from time to time, and says so", () => {
    let now = DEMONSTRATION_NOW;
    const app = application(exampleKeys(), {}, null, () => now);
    app.lost(failed({ code: "FORBIDDEN", why: { kind: "admin_only" } }));
    app.answer(app.last("keys.list"), app.pageOf(exampleKeys()));
    app.answer(app.last("auth.whoami"), me);
    expect(linkText(app.store.getState().link, now)).toBe("not live");
    const before = app.effects.length;
    now = new Date(now.getTime() + 9_999);
    app.store.dispatch({ type: "ticked" });
    expect(asked(app, before)).not.toContain("keys.list");
    now = new Date(now.getTime() + 1);
    app.store.dispatch({ type: "ticked" });
    expect(asked(app, before)).toContain("keys.list");
  });

  test("that is lost for a minute is called offline, since when it was lost", () => {
    const link = { kind: "lost", since: DEMONSTRATION_NOW } as const;
    const after = (seconds: number) => new Date(DEMONSTRATION_NOW.getTime() + seconds * 1000);
    expect(linkText(link, after(59))).toBe("reconnecting since 14:03");
    expect(linkText(link, after(60))).toBe("offline since 14:03");
  });
});

describe("an event", () => {
  test("has only that read again which it concerns", () => {
    const app = application();
    const before = app.effects.length;
    app.happens("key.renamed", { ownerId: "user_other" });
    app.happens("session.started", {
      keyId: null,
      userId: "user_other",
      actor: { ...someoneElse, userId: me.userId },
    });
    expect(asked(app, before)).toEqual([]);
    app.happens("key.renamed", { ownerId: me.userId });
    expect(asked(app, before)).toEqual(["keys.list"]);
    app.answer(app.last("keys.list"), app.pageOf(exampleKeys()));
    app.press("o");
    app.answer(app.last("keys.list"), app.pageOf(exampleKeys()));
    const all = app.effects.length;
    app.happens("key.renamed", { ownerId: "user_other" });
    expect(asked(app, all)).toContain("keys.list");
  });

  test("that comes while a list loads has it read once more afterwards, however many come", () => {
    const app = application(keys(20), { nextCursor: "two", total: 57 });
    app.press("]");
    const page = app.last("keys.list");
    for (let count = 0; count < 9; count += 1) app.happens("key.renamed");
    expect(app.last("keys.list")).toBe(page);
    app.answer(page, app.pageOf(keys(20), { nextCursor: "three", total: 57 }));
    expect(app.list()).toMatchObject({ pageIndex: 1, page: { how: "silently" } });
    expect(app.last("keys.list").request).toMatchObject({ input: { cursor: "two" } });
    const again = app.last("keys.list");
    app.answer(again, app.pageOf(keys(20), { nextCursor: "three", total: 57 }));
    expect(app.last("keys.list")).toBe(again);
  });

  test("on the page of a user shows that they are disabled", () => {
    const app = application();
    const user = demoUser({ email: "mara@example.com" });
    app.press(",", "u");
    app.answer(app.last("users.list"), [user]);
    app.press("enter");
    for (const name of ["sshKeys.list", "events.list", "users.list"] as const)
      app.fail(app.last(name));
    app.happens("user.disabled", { keyId: null, userId: user.id });
    app.answer(app.last("users.list"), [{ ...user, disabled: true }]);
    expect(app.top()).toMatchObject({ kind: "user", user: { disabled: true } });
  });

  test("about somebody's SSH key or session is read where these are shown", () => {
    const app = application();
    app.press(",", "p");
    app.answer(app.last("auth.sessions"), []);
    app.press("s");
    app.answer(app.last("sshKeys.list"), []);
    const before = app.effects.length;
    app.happens("ssh_key.added", { keyId: null, userId: "user_other" });
    expect(asked(app, before)).toEqual([]);
    app.happens("ssh_key.added", { keyId: null, userId: me.userId });
    expect(asked(app, before)).toEqual(["sshKeys.list"]);
    app.happens("session.started", { keyId: null, userId: me.userId });
    expect(asked(app, before)).toEqual(["sshKeys.list", "auth.sessions"]);
  });
});

describe("a key that somebody else works on", () => {
  const elsewhere = (app: App, type: string, now: Partial<ApiKey> | null) => {
    app.happens(type, { keyId: first.id, data: { title: first.title, from: first.title } });
    const get = app.last("keys.get");
    if (now === null) app.fail(get, gone);
    else app.answer(get, { ...first, ...now, revision: 2 });
  };

  test("has its page tell who did what, until a key is pressed; one's own deeds are no news", () => {
    const app = application();
    app.press("enter");
    for (const name of ["events.list", "keys.usage"] as const) app.fail(app.last(name));
    app.answer(app.last("keys.get"), first);
    app.happens("key.renamed", { keyId: first.id, actor: { ...someoneElse, userId: me.userId } });
    expect(news(app)).toBeNull();
    for (const name of ["events.list", "keys.usage"] as const) app.fail(app.last(name));
    app.answer(app.last("keys.get"), first);
    elsewhere(app, "key.revoked", revoked);
    expect(news(app)).toBe("Revoked by mara@example.com just now.");
    expect(app.top()).toMatchObject({ key: { status: "revoked" } });
    app.press("j");
    expect(news(app)).toBeNull();
  });

  test.each([
    ["x", "revoke"],
    ["t", "rotate"],
  ])(
    "opened by %s, is no longer to %s once it is revoked: it can only be closed",
    (press, action) => {
      const app = application();
      app.press(press);
      elsewhere(app, "key.revoked", revoked);
      expect(over(app)).toBe("Revoked by mara@example.com just now.");
      expect(hintsFor(app.store.getState()).map(({ action }) => action)).toEqual(["close"]);
      app.press("tab", "tab", " ", "j");
      expect(app.top().kind).toBe(`${action}-key`);
      app.press("enter");
      expect(app.top().kind).toBe("key-list");
      expect(app.asks(`keys.${action as "revoke" | "rotate"}`)).toHaveLength(0);
    },
  );

  test.each([["x"], ["t"], ["a"]])(
    "opened by %s, says that it was deleted, and by whom",
    (press) => {
      const app = application();
      app.press(press);
      elsewhere(app, "key.deleted", null);
      expect(over(app)).toBe("Deleted by mara@example.com just now.");
      app.press("escape");
      expect(app.top().kind).toBe("key-list");
    },
  );

  test("is said to be gone too where nobody heard who deleted it", () => {
    const app = application();
    app.press("x");
    app.lost();
    app.store.dispatch({ type: "joined" });
    app.fail(app.last("keys.get"), gone);
    expect(over(app)).toMatch(/^This key was deleted meanwhile/);
  });

  test("takes no choice for another when its schedule changes: a hasty Enter does nothing", () => {
    const app = application([{ ...first, revokedAt: "2026-11-13T00:00:00.000Z" }]);
    app.press("x", "up", "right", "right", "right", "right", "enter");
    expect(app.top()).toMatchObject({ confirm: { chosen: 4, focus: "confirm" } });
    elsewhere(app, "key.revocation_canceled", { revokedAt: null });
    expect(over(app)).toBeNull();
    expect(news(app)).toBe("Revocation canceled by mara@example.com just now.");
    app.press("enter");
    expect(app.top().kind).toBe("key-list");
    expect(asked(app, 0)).not.toContain("keys.revoke");
  });

  test("loses nothing that is being typed: its new title is told, and saving goes over it", () => {
    const app = application();
    app.press("e", "!");
    elsewhere(app, "key.renamed", { title: "Theirs" });
    expect(app.typed("title")).toBe("CI deploy!");
    expect(news(app)).toBe("Renamed from “CI deploy” by mara@example.com just now.");
    app.press("ctrl-s");
    expect(app.last("keys.rename").request.input).toMatchObject({
      title: "CI deploy!",
      revision: 2,
    });
  });

  test("has its new title in a field that nobody typed into", () => {
    const app = application();
    app.press("e");
    elsewhere(app, "key.renamed", { title: "Theirs" });
    expect(app.typed("title")).toBe("Theirs");
  });

  test("and deleted, leaves what was typed to be read, and the drawer to be closed", () => {
    const app = application();
    app.press("e", "!");
    elsewhere(app, "key.deleted", null);
    expect(over(app)).toBe("Deleted by mara@example.com just now.");
    app.press("x", "ctrl-s");
    expect(app.typed("title")).toBe("CI deploy!");
    expect(app.asks("keys.rename")).toHaveLength(0);
    app.press("escape");
    expect(app.top().kind).toBe("key-list");
  });

  test("while one's own change is under way, waits for its answer", () => {
    const app = application();
    app.press("x", "tab", "enter");
    app.happens("key.revoked", { keyId: first.id });
    expect(app.asks("keys.get")).toHaveLength(0);
    expect(over(app)).toBeNull();
    app.fail(
      app.last("keys.revoke"),
      failed({ code: "KEY_ALREADY_REVOKED", revokedAt: new Date(0) }),
    );
    app.answer(app.last("keys.get"), { ...first, ...revoked });
    expect(over(app)).toBe("Revoked by mara@example.com just now.");
  });

  test("that could not be read is read again a moment later", () => {
    const app = application();
    app.press("x");
    app.happens("key.revoked", { keyId: first.id });
    app.fail(app.last("keys.get"), failure);
    const before = app.asks("keys.get").length;
    app.store.dispatch({ type: "ticked" });
    expect(app.asks("keys.get")).toHaveLength(before + 1);
  });
});

test("the cursor stays on its key while others appear above it and disappear", () => {
  const app = application(keys(5));
  app.press("j", "j");
  const some = keys(5);
  app.happens("key.created");
  app.answer(app.last("keys.list"), app.pageOf([demoKey({ title: "New" }), ...some]));
  expect(app.list().selected).toBe(3);
  app.happens("key.deleted");
  app.answer(app.last("keys.list"), app.pageOf(some.slice(1)));
  expect(app.list().selected).toBe(1);
});
