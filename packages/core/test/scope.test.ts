import { covers, coversAll, MAX_SCOPES, parseRequiredScopes, parseScopes } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueOf, verdictOf } from "./given.ts";

const long = "a".repeat(64);
const wellFormed = [
  "*",
  "*:*",
  "a:b",
  "orders:read",
  "orders:*",
  "*:read",
  "a.b-c_1:0",
  `${long}:${long}`,
];
const malformed = [
  "",
  "a",
  ":",
  "a:",
  ":b",
  "a:b:c",
  "a::b",
  "**",
  "a*:b",
  "a:b*",
  "*:",
  ":*",
  "*:*:*",
  "A:b",
  "a:B",
  "a b:c",
  " a:b",
  "a:b ",
  "a:b\n",
  "a\u0000:b",
  "é:b",
  "a,b:c",
  `${long}a:b`,
  `b:${long}a`,
];

describe("the scopes of a new key", () => {
  test("no choice is everything: it acts as its owner", () => {
    expect(valueOf(parseScopes(undefined))).toEqual(["*"]);
  });

  test("an empty choice is refused", () => {
    expect(parseScopes([])).toEqual({
      ok: false,
      error: { code: "SCOPE_INVALID", problem: { kind: "empty_list" } },
    });
  });

  test.for(wellFormed)("%j is a scope", (scope) => {
    expect(valueOf(parseScopes([scope]))).toEqual([scope]);
  });

  test.for(malformed)("%j is none, and is named", (scope) => {
    expect(parseScopes(["a:b", scope])).toEqual({
      ok: false,
      error: { code: "SCOPE_INVALID", problem: { kind: "malformed", scope } },
    });
  });

  test("64 are allowed, 65 are too many, and repeats don't count", () => {
    const scopes = Array.from({ length: MAX_SCOPES }, (_, i) => `orders:${i}`);
    expect(valueOf(parseScopes([...scopes, ...scopes]))).toEqual(scopes);
    expect(parseScopes([...scopes, "one:more"])).toEqual({
      ok: false,
      error: { code: "SCOPE_INVALID", problem: { kind: "too_many", count: 65 } },
    });
  });
});

describe("the scopes that a request needs", () => {
  test("none are none", () => {
    expect(valueOf(parseRequiredScopes(undefined))).toEqual([]);
    expect(valueOf(parseRequiredScopes([]))).toEqual([]);
  });

  test.for(["*", "*:*", "orders:*", "*:read"])("%s can't be required", (scope) => {
    expect(parseRequiredScopes(["a:b", scope])).toEqual({
      ok: false,
      error: { code: "SCOPE_INVALID", problem: { kind: "wildcard_required", scope } },
    });
  });

  test.for(malformed)("nor can %j", (scope) => {
    expect(verdictOf(parseRequiredScopes([scope]))).toBe("SCOPE_INVALID");
  });
});

describe("what covers what", () => {
  const cases: readonly (readonly [granted: string[], scope: string, covered: boolean])[] = [
    [["*"], "orders:read", true],
    [["*:*"], "orders:read", true],
    [["orders:*"], "orders:read", true],
    [["*:read"], "orders:read", true],
    [["orders:read"], "orders:read", true],
    [["a:b", "orders:read"], "orders:read", true],
    [["orders:read"], "orders:write", false],
    [["orders:*"], "users:read", false],
    [["*:read"], "orders:write", false],
    [["order:*"], "orders:read", false],
    [["orders:read"], "orders:reader", false],
    [["orders:read", "users:write"], "orders:write", false],
    [[], "orders:read", false],
    [["orders:*"], "*", false],
    [["orders:*"], "*:*", false],
    [["orders:*"], "*:read", false],
    [["orders:read"], "orders:*", false],
    [["*:read"], "*", false],
  ];
  test.for(cases)("%j, %s: %s", ([granted, scope, covered]) => {
    expect(covers(granted, scope)).toBe(covered);
  });

  // A small world, so that coverage happens often.
  const sides = ["a", "b", "c"];
  const concrete = sides.flatMap((resource) => sides.map((action) => `${resource}:${action}`));
  const part = fc.constantFrom(...sides, "*");
  const scope = fc.oneof(
    { weight: 1, arbitrary: fc.constant("*") },
    {
      weight: 9,
      arbitrary: fc.tuple(part, part).map(([resource, action]) => `${resource}:${action}`),
    },
  );
  const scopes = fc.array(scope, { maxLength: 4 });

  /** What a scope stands for, said another way than the code says it. */
  const meant = (one: string) =>
    new Set(
      concrete.filter((c) => one === "*" || new RegExp(`^${one.replaceAll("*", ".")}$`).test(c)),
    );

  test("a concrete scope is covered by just what stands for it", () => {
    fc.assert(
      fc.property(scopes, fc.constantFrom(...concrete), (granted, one) => {
        expect(covers(granted, one)).toBe(granted.some((grant) => meant(grant).has(one)));
      }),
      { numRuns: 1000 },
    );
  });

  test("what is covered means nothing that was not granted", () => {
    fc.assert(
      fc.property(scopes, scopes, (granted, asked) => {
        if (!coversAll(granted, asked)) return;
        const all = new Set(granted.flatMap((grant) => [...meant(grant)]));
        for (const one of asked.flatMap((scope) => [...meant(scope)])) expect(all).toContain(one);
      }),
      { numRuns: 1000 },
    );
  });

  test("it carries over: what covers a cover covers what that covers", () => {
    fc.assert(
      fc.property(scopes, scopes, scopes, (most, some, few) => {
        if (coversAll(most, some) && coversAll(some, few)) expect(coversAll(most, few)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("scopes cover themselves and every part of themselves; more scopes cover no less", () => {
    fc.assert(
      fc.property(scopes, scopes, scope, (some, more, one) => {
        expect(coversAll(some, some)).toBe(true);
        expect(coversAll([...more, ...some], some)).toBe(true);
        if (covers(some, one)) expect(covers([...more, ...some], one)).toBe(true);
      }),
    );
  });

  test("* covers everything, and only * and *:* cover *", () => {
    fc.assert(
      fc.property(scopes, (some) => {
        expect(coversAll(["*"], some)).toBe(true);
        expect(covers(some, "*")).toBe(some.includes("*") || some.includes("*:*"));
      }),
    );
  });

  test("nothing required is always covered", () => {
    expect(coversAll([], [])).toBe(true);
  });
});
