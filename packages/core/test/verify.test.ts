import { judge, type VerificationRecord, type VerifyOutcome } from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { ADA, KEY, later, NOW } from "./given.ts";

function record(facts: Partial<VerificationRecord> = {}): VerificationRecord {
  return {
    keyId: KEY,
    ownerId: ADA,
    title: "Deploy",
    scopes: ["orders:read"],
    expiresAt: null,
    revokedAt: null,
    ownerDisabled: false,
    ...facts,
  };
}

function outcome(facts: Partial<VerificationRecord>, required: string[] = []): string {
  return judge(record(facts), required, NOW).outcome;
}

describe("the order of outcomes", () => {
  // What makes a record fail at each step, first step first.
  const steps: readonly (readonly [VerifyOutcome["outcome"], Partial<VerificationRecord>])[] = [
    ["OWNER_DISABLED", { ownerDisabled: true }],
    ["REVOKED", { revokedAt: later(-1) }],
    ["EXPIRED", { expiresAt: later(-1) }],
    ["INSUFFICIENT_SCOPE", { scopes: ["users:read"] }],
  ];
  const combinations = Array.from({ length: 2 ** steps.length }, (_, bits) => {
    const wrong = steps.filter((_, step) => bits & (1 << step));
    return {
      wrong: wrong.map(([name]) => name).join(" and ") || "nothing",
      facts: Object.assign({}, ...wrong.map(([, facts]) => facts)) as Partial<VerificationRecord>,
      expected: wrong[0]?.[0] ?? "VALID",
    };
  });

  test.for(combinations)("$wrong wrong: $expected", ({ facts, expected }) => {
    expect(outcome(facts, ["orders:read"])).toBe(expected);
  });

  test("without a record nothing else counts", () => {
    expect(judge(null, [], NOW)).toEqual({ outcome: "NOT_FOUND" });
    expect(judge(null, ["orders:read"], NOW)).toEqual({ outcome: "NOT_FOUND" });
  });
});

describe("the instants", () => {
  test.for([
    [1, "VALID"],
    [0, "REVOKED"],
    [-1, "REVOKED"],
  ] as const)("revoked %i ms from now: %s", ([ms, expected]) => {
    expect(outcome({ revokedAt: later(ms) })).toBe(expected);
  });

  test.for([
    [1, "VALID"],
    [0, "EXPIRED"],
    [-1, "EXPIRED"],
  ] as const)("expired %i ms from now: %s", ([ms, expected]) => {
    expect(outcome({ expiresAt: later(ms) })).toBe(expected);
  });

  test("a key that expired before its revocation came is revoked all the same", () => {
    expect(outcome({ expiresAt: later(-1000), revokedAt: NOW })).toBe("REVOKED");
    expect(outcome({ expiresAt: later(-1000), revokedAt: later(1) })).toBe("EXPIRED");
  });
});

describe("the answer", () => {
  test("VALID tells who and what", () => {
    const expiresAt = later(1000);
    expect(judge(record({ expiresAt }), ["orders:read"], NOW)).toEqual({
      outcome: "VALID",
      keyId: KEY,
      ownerId: ADA,
      title: "Deploy",
      scopes: ["orders:read"],
      expiresAt,
    });
  });

  test("every other outcome stands alone", () => {
    const refused = [
      { ownerDisabled: true },
      { revokedAt: NOW },
      { expiresAt: NOW },
      { scopes: ["users:read"] },
    ].map((facts) => judge(record(facts), ["orders:read"], NOW));
    for (const answer of refused) expect(Object.keys(answer)).toEqual(["outcome"]);
  });

  test("each required scope is needed; without any, every key passes", () => {
    const scopes = ["orders:read", "users:*"];
    expect(outcome({ scopes }, ["orders:read", "users:write"])).toBe("VALID");
    expect(outcome({ scopes }, ["orders:read", "orders:write"])).toBe("INSUFFICIENT_SCOPE");
    expect(outcome({ scopes }, [])).toBe("VALID");
  });
});
