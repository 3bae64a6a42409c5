import type { ErrorCode } from "@latchkey/core";
import { expect, test } from "vitest";
import { httpApp } from "../src/http/app.ts";
import { identifyOr } from "../src/http/identify.ts";
import { addCallers, type Kind, kindsFor, type Presenter } from "./access-kinds.ts";
import { type Code, type Row, rows } from "./access-rows.ts";
import { targetsOf } from "./access-targets.ts";
import { call, type Installation, onEachEngine } from "./installation.ts";
import { procedures } from "./procedures.ts";

// Every procedure × every kind of caller × one's own, another's and what isn't there.

type Answer = {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly body: string;
};

/** A stream: `watch.test.ts` says who may watch what. */
const WATCH = "events.watch";

test("every procedure has a row, and every row a procedure", () => {
  const named = new Set([...rows.map(({ procedure }) => procedure), WATCH]);
  expect([...named].toSorted()).toEqual([...procedures.keys()].toSorted());
});

onEachEngine("access", (latchkey) => {
  test.each(rows.map((row) => [titleOf(row), row] as const))("%s", async (_, row) => {
    const kinds = kindsFor(scopeOf(row)).filter((kind) => isOfUse(kind, row));
    const { callers, others } = await addCallers(latchkey(), kinds);
    const people = callers.map(({ person }) => person);
    const { ofEach, absent } = await targetsOf(latchkey(), row, [...people, ...others]);
    const ask = asking(latchkey(), row);
    const toStrangers = new Set<string>();
    const seen: Record<string, Code[]> = {};
    const expected: Record<string, Code[]> = {};
    for (const [i, caller] of callers.entries()) {
      const { kind } = caller;
      const foreign = ofEach.slice(kinds.length + i, kinds.length + i + 1);
      const head = await latchkey().services.store.readHead();
      const toOthers: Answer[] = [];
      if (kind.isKnown || kind.by === "nothing") {
        for (const target of [...absent(i), ...foreign]) toOthers.push(await ask(caller, target));
      }
      // It comes last, since it may be oneself.
      const toOwn = await ask(caller, ofEach[i] ?? "");

      const codes = [...toOthers, toOwn].map(codeIn);
      seen[kind.name] = codes;
      expected[kind.name] = expectedOf(kind, row, toOthers.length);
      if (!seesOthers(kind, row)) {
        // To the byte, headers included.
        for (const answer of toOthers) expect(answer).toEqual(toOthers[0]);
      }
      if (!kind.isKnown) toStrangers.add(JSON.stringify(toOwn));
      if (!codes.includes("ok")) {
        expect(await latchkey().services.store.readHead()).toEqual(head);
      }
    }
    expect(seen).toEqual(expected);
    // Why a credential does not hold is told to nobody.
    expect(toStrangers.size).toBe(1);
    expect(latchkey().defects).toEqual([]);
  });
});

/** What comes of what is absent, of another's, and of one's own. */
function expectedOf(kind: Kind, row: Row, others: number): Code[] {
  const sees = seesOthers(kind, row);
  const codes = Array.from({ length: others }, () => (sees ? row.absent : row.hidden));
  if (others > 0 && sees) codes.splice(-1, 1, row.own);
  codes.push(row.own);
  if (!kind.isKnown && row.gateway.to !== "everybody") return codes.map(() => "UNAUTHENTICATED");
  return isLetIn(kind, row) ? codes : codes.map(() => "FORBIDDEN");
}

function isLetIn(kind: Kind, { gateway }: Row): boolean {
  const { by, role, isKnown } = kind;
  if (gateway.to === "everybody") return true;
  if (!isKnown) return false;
  switch (gateway.to) {
    case "the known":
      return true;
    case "people":
      return by !== "key";
    case "admins":
      return by !== "key" && role === "admin";
    case "a scope":
    case "a scope of admins":
    case "verifiers": {
      if (gateway.to === "a scope of admins" && role !== "admin") return false;
      if (by !== "key") return gateway.to !== "verifiers" || role !== "member";
      // It shows other people's keys.
      if (gateway.scope === "keys:verify" && role === "member") return false;
      return kind.scopes.includes("*") || kind.scopes.includes(gateway.scope);
    }
  }
}

function seesOthers(kind: Kind, row: Row): boolean {
  if (!isLetIn(kind, row) || row.others === "nobody") return false;
  return row.others === "all" || kind.role === "admin";
}

function titleOf({ procedure, input }: Row): string {
  const example = JSON.stringify(input("…")) ?? "";
  return `${procedure} ${example.replace(/[\w+/= -]{40,}/, "…")}`;
}

function scopeOf({ gateway }: Row): string | null {
  return "scope" in gateway ? gateway.scope : null;
}

/** A login is the same to whoever asks for it, and slow: one key will do. */
function isOfUse(kind: Kind, { gateway }: Row): boolean {
  return gateway.to !== "everybody" || kind.by !== "key" || kind.over === "revokedAt";
}

function asking({ services, defects }: Installation, row: Row) {
  return async (caller: Presenter, target: string): Promise<Answer> => {
    const { kind, person, authorization } = caller;
    const app = httpApp({
      services,
      identify: identifyOr(kind.by === "the socket" ? person : null, services),
      onDefect: (defect) => defects.push(defect),
    });
    const request = call(row.procedure, row.input(target));
    if (authorization !== null) request.headers.set("authorization", authorization);
    const response = await app.fetch(request);
    const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
    return { status: response.status, headers, body: await response.text() };
  };
}

function codeIn({ body }: Answer): Code {
  const { error } = JSON.parse(body) as { error?: { data: { reason: ErrorCode } } };
  return error === undefined ? "ok" : error.data.reason;
}
