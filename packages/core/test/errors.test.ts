import {
  type DomainError,
  describeError,
  type ErrorCode,
  type ErrorOf,
  errorCodes,
  generateToken,
} from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { NOW, randomBytes } from "./given.ts";

/** Every failure there is, each in all its kinds. */
const failures: { readonly [Code in ErrorCode]: readonly ErrorOf<Code>[] } = {
  NOT_FOUND: [{ code: "NOT_FOUND" }],
  TITLE_INVALID: [
    { code: "TITLE_INVALID", problem: { kind: "empty" } },
    { code: "TITLE_INVALID", problem: { kind: "too_long", length: 201 } },
    { code: "TITLE_INVALID", problem: { kind: "forbidden_character", codePoint: 0x202e } },
  ],
  SCOPE_INVALID: [
    { code: "SCOPE_INVALID", problem: { kind: "empty_list" } },
    { code: "SCOPE_INVALID", problem: { kind: "too_many", count: 65 } },
    { code: "SCOPE_INVALID", problem: { kind: "malformed", scope: "A" } },
    { code: "SCOPE_INVALID", problem: { kind: "wildcard_required", scope: "a:*" } },
  ],
  KEY_ALREADY_REVOKED: [{ code: "KEY_ALREADY_REVOKED", revokedAt: NOW }],
  KEY_NOT_REVOKED: [{ code: "KEY_NOT_REVOKED" }],
  KEY_EXPIRED: [{ code: "KEY_EXPIRED", expiresAt: NOW }],
  KEY_REVOCATION_SCHEDULED: [{ code: "KEY_REVOCATION_SCHEDULED", revokedAt: NOW }],
  REVOCATION_NOT_SCHEDULED: [{ code: "REVOCATION_NOT_SCHEDULED" }],
  CONFLICT: [
    { code: "CONFLICT", revision: 3 },
    { code: "CONFLICT", what: "sshKey", owner: null },
    { code: "CONFLICT", what: "sshKey", owner: "mia@example.com" },
  ],
  EMAIL_TAKEN: [{ code: "EMAIL_TAKEN" }],
  LAST_ADMIN: [{ code: "LAST_ADMIN" }],
  LOG_RESTARTED: [{ code: "LOG_RESTARTED", head: { seq: 6, mac: "00".repeat(32) } }],
  UNAUTHENTICATED: [{ code: "UNAUTHENTICATED" }],
  FORBIDDEN: [
    { code: "FORBIDDEN", why: { kind: "scope_missing", scope: "keys:write" } },
    { code: "FORBIDDEN", why: { kind: "admin_only" } },
    { code: "FORBIDDEN", why: { kind: "role_may_not_verify" } },
    { code: "FORBIDDEN", why: { kind: "beyond_own_scopes" } },
    { code: "FORBIDDEN", why: { kind: "beyond_own_end" } },
  ],
  RATE_LIMITED: [{ code: "RATE_LIMITED", retryAfterSeconds: 30 }],
  INPUT_INVALID: [
    { code: "INPUT_INVALID", fields: [{ field: "limit", message: "must be at most 100." }] },
    { code: "INPUT_INVALID", fields: [{ field: "", message: "Not JSON." }] },
  ],
  UNAVAILABLE: [
    { code: "UNAVAILABLE", why: "unreachable" },
    { code: "UNAVAILABLE", why: "busy" },
    { code: "UNAVAILABLE", why: "storage_full" },
    { code: "UNAVAILABLE", why: "outcome_unknown" },
  ],
  INTERNAL: [{ code: "INTERNAL" }],
};
const all: readonly DomainError[] = Object.values(failures).flat();

describe("what a person reads", () => {
  test("the codes are the ones of the contract", () => {
    expect([...errorCodes].sort()).toEqual(Object.keys(failures).sort());
  });

  test.for(all)("%j has a sentence that ends", (error) => {
    const sentence = describeError(error);
    expect(sentence).toMatch(/^\S.*\.$/);
    expect(sentence).not.toMatch(/undefined|NaN|\[object/);
  });

  test("each says something of its own", () => {
    expect(new Set(all.map(describeError)).size).toBe(all.length);
  });

  test("what is known is told: the instant, the number, the field, the character", () => {
    const observer = (code: ErrorCode, at = 0) => describeError(failures[code][at] as DomainError);
    expect(observer("KEY_ALREADY_REVOKED")).toContain("2026-03-04T05:06:07.089Z");
    expect(observer("KEY_EXPIRED")).toContain("2026-03-04T05:06:07.089Z");
    expect(observer("KEY_REVOCATION_SCHEDULED")).toContain("2026-03-04T05:06:07.089Z");
    expect(observer("CONFLICT")).toContain("revision 3");
    expect(observer("RATE_LIMITED")).toContain("30 s");
    expect(observer("INPUT_INVALID")).toBe("limit: must be at most 100.");
    expect(observer("TITLE_INVALID", 1)).toContain("201");
    expect(observer("TITLE_INVALID", 2)).toContain("U+202E");
    expect(observer("FORBIDDEN")).toContain("keys:write");
  });
});

describe("a token typed into the wrong field", () => {
  const token = generateToken("sk", randomBytes).token.reveal();
  const secret = token.slice(3, 46);
  const inputs = [
    token,
    `keys:${token}`,
    `${token}:*`,
    ` ${token} `,
    `${"x".repeat(120)}:${token}`,
  ];

  test.for(inputs)("is not repeated by the sentence", (scope) => {
    for (const kind of ["malformed", "wildcard_required"] as const) {
      const sentence = describeError({ code: "SCOPE_INVALID", problem: { kind, scope } });
      for (let at = 0; at + 8 <= secret.length; at++) {
        expect(sentence).not.toContain(secret.slice(at, at + 8));
      }
    }
  });

  test("while what is no token is quoted, so that a person finds it", () => {
    const problem = { kind: "malformed", scope: "Orders:read" } as const;
    expect(describeError({ code: "SCOPE_INVALID", problem })).toContain('"Orders:read"');
  });

  test("and a very long scope is cut", () => {
    const problem = { kind: "malformed", scope: "a:".repeat(10_000) } as const;
    expect(describeError({ code: "SCOPE_INVALID", problem }).length).toBeLessThan(400);
  });
});
