import type { DomainError } from "@latchkey/core";
import { type CallError, createClient, errorOf } from "@latchkey/client";
import { expect, test, vi } from "vitest";
import { createDemonstration } from "@latchkey/testing/demonstration/demonstration";
import { exampleKeys } from "@latchkey/testing/demonstration/examples";
import { readFailure } from "../src/format/failure.ts";
import { application } from "./application.ts";

// Sentences are for people: with each of them in other words, everything goes on as it does.

vi.mock("@latchkey/core", async (original) => {
  const core = await original<typeof import("@latchkey/core")>();
  return {
    ...core,
    describeError: ({ code }: DomainError) => `Otherwise: ${code.toLowerCase()}.`,
    describeOutage: ({ why }: { why: string }) => `Otherwise: ${why}.`,
    fieldProblems: (error: DomainError) =>
      core.fieldProblems(error).map(({ field }) => ({ field, message: "Otherwise." })),
  };
});

/** As it comes from a server that words its sentences in its own way. */
async function fromServer({ code: reason, ...data }: DomainError): Promise<CallError> {
  const error = { code: -32_000, message: "Das ging nicht.", data: { reason, ...data } };
  const fetch = async () => Response.json([{ error }], { status: 400 });
  const { keys } = createClient({ url: "https://keys.example.com", fetch });
  return keys.get.query({ id: "x" }).then(() => expect.unreachable(), errorOf);
}

const over = () => application(exampleKeys(), {}, { lastEmail: "ops@example.com" });

test("an ended session is signed in to again, and what was read is read again", async () => {
  const app = over();
  app.press("r");
  app.fail(app.last("keys.list"), await fromServer({ code: "UNAUTHENTICATED" }));
  expect(app.store.getState().signingIn).toMatchObject({ reason: "ended" });
  app.press(..."password", "enter");
  const { number } = app.effects.findLast(({ type }) => type === "sign-in") as { number: number };
  const refused = await fromServer({ code: "UNAUTHENTICATED", why: "login" });
  app.store.dispatch({ type: "sign-in-failed", number, failure: refused });
  expect(app.store.getState().signingIn).toMatchObject({ working: false, focus: "password" });
});

test("a wrong current password is told beside its field, and signs nobody out", async () => {
  const app = over();
  app.answer(app.last("auth.whoami"), { ...createDemonstration([]).principal, kind: "session" });
  app.press(",", "p");
  app.press("p", ..."the old one", "enter", ..."a new one, quite long", "enter");
  app.press(..."a new one, quite long", "enter");
  const wrong = await fromServer({ code: "UNAUTHENTICATED", why: "password" });
  app.fail(app.last("auth.setPassword"), wrong);
  expect(app.store.getState().signingIn).toBeNull();
  expect(app.top()).toMatchObject({ kind: "set-password", form: { focus: "current" } });
});

test("what is wrong with a field is told beside it", async () => {
  const app = application();
  app.press("n", "x", "ctrl-s");
  const problem = { kind: "malformed", scope: "X" } as const;
  app.fail(app.last("keys.create"), await fromServer({ code: "SCOPE_INVALID", problem }));
  expect(app.top()).toMatchObject({ form: { focus: "scopes", working: false } });
});

test("what can't be reached is told so, and asked for again", async () => {
  const app = application();
  app.press("r");
  app.fail(app.last("keys.list"), await fromServer({ code: "UNAVAILABLE", why: "unreachable" }));
  const asked = app.asks("keys.list").length;
  app.store.dispatch({ type: "ticked" });
  expect(app.asks("keys.list")).toHaveLength(asked + 1);
  for (const why of ["unreachable", "outcome_unknown"] as const) {
    expect(readFailure(await fromServer({ code: "UNAVAILABLE", why }))).toBe(
      "The server can't be reached. r to try again.",
    );
  }
});
