import {
  authorize,
  cancelRevocation,
  coversAll,
  createKey,
  endOf,
  endsLater,
  type Key,
  type LatchkeyScope,
  mayGrant,
  type Principal,
  type Role,
  requireAdmin,
  requireVerifier,
  revokeKey,
  rotateKey,
  seesOwner,
  watchRights,
} from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ACTING_KEY,
  ADA,
  actingKey,
  aKey,
  BOB,
  later,
  NOW,
  operator,
  revokedFrom,
  SUCCESSOR,
  session,
  verdictOf,
} from "./given.ts";

const HOUR = 3_600_000;
const roles: readonly Role[] = ["admin", "member", "service"];
const latchkeyScopes: readonly LatchkeyScope[] = [
  "keys:read",
  "keys:write",
  "keys:verify",
  "events:read",
  "users:read",
];
const newKey = { id: SUCCESSOR, redacted: "sk_AAAA…BBBB" };

describe("who may use Latchkey's own API", () => {
  test.for(latchkeyScopes)("a key with %s may do just that", (scope) => {
    for (const other of latchkeyScopes) {
      const allowed = authorize(actingKey({ scopes: [scope] }), other).ok;
      expect(allowed).toBe(other === scope);
    }
  });

  test("a key without a fitting scope is told which one it lacks", () => {
    expect(authorize(actingKey({ scopes: ["orders:read"] }), "keys:write")).toEqual({
      ok: false,
      error: { code: "FORBIDDEN", why: { kind: "scope_missing", scope: "keys:write" } },
    });
  });

  test("wildcards count", () => {
    expect(authorize(actingKey({ scopes: ["*"] }), "events:read").ok).toBe(true);
    expect(authorize(actingKey({ scopes: ["keys:*"] }), "keys:write").ok).toBe(true);
    expect(authorize(actingKey({ scopes: ["keys:*"] }), "users:read").ok).toBe(false);
    expect(authorize(actingKey({ scopes: ["*:read"] }), "users:read").ok).toBe(true);
  });

  test("a member's key checks no other keys, whatever its scopes", () => {
    for (const scopes of [["*"], ["keys:*"], ["keys:verify"]]) {
      expect(authorize(actingKey({ role: "member", scopes }), "keys:verify")).toEqual({
        ok: false,
        error: { code: "FORBIDDEN", why: { kind: "role_may_not_verify" } },
      });
      expect(authorize(actingKey({ role: "admin", scopes }), "keys:verify").ok).toBe(true);
      expect(authorize(actingKey({ role: "service", scopes }), "keys:verify").ok).toBe(true);
    }
  });

  test("a person has no scopes to lack", () => {
    for (const scope of ["keys:read", "keys:write", "events:read", "users:read"] as const) {
      expect(authorize(session("member"), scope).ok).toBe(true);
      expect(authorize(operator, scope).ok).toBe(true);
    }
  });
});

describe("who sees what stands behind other people's keys, and the log as it grows", () => {
  test("an admin, and keys of an admin or a service user that may check, but no member", () => {
    expect(verdictOf(requireVerifier(operator))).toBe("yes");
    expect(verdictOf(requireVerifier(session("admin")))).toBe("yes");
    expect(verdictOf(requireVerifier(session("member")))).toBe("FORBIDDEN");
    for (const role of roles) {
      const verdict = verdictOf(requireVerifier(actingKey({ role, scopes: ["keys:verify"] })));
      expect(verdict).toBe(role === "member" ? "FORBIDDEN" : "yes");
      expect(verdictOf(requireVerifier(actingKey({ role, scopes: ["keys:read"] })))).toBe(
        "FORBIDDEN",
      );
    }
  });

  test("an admin follows everybody's events, a member their own, a verifier bare facts", () => {
    const rights = (principal: Principal) => {
      const result = watchRights(principal);
      return result.ok ? result.value : result.error.code;
    };
    const key = (role: Role, ...scopes: string[]) => rights(actingKey({ role, scopes }));
    expect(rights(operator)).toEqual({ whole: "everybody", facts: true });
    expect(rights(session("member"))).toEqual({ whole: "own", facts: false });
    expect(key("admin", "events:read")).toEqual({ whole: "everybody", facts: false });
    expect(key("admin", "keys:verify")).toEqual({ whole: "nobody", facts: true });
    expect(key("service", "*")).toEqual({ whole: "own", facts: true });
    expect(key("member", "*")).toEqual({ whole: "own", facts: false });
    expect(key("member", "keys:verify")).toBe("FORBIDDEN");
    expect(key("admin", "keys:write")).toBe("FORBIDDEN");
  });
});

describe("whose keys one sees", () => {
  test.for(roles)("a %s sees their own", (role) => {
    expect(seesOwner(session(role), ADA)).toBe(true);
    expect(seesOwner(actingKey({ role }), ADA)).toBe(true);
  });

  test("others' are seen by admins alone", () => {
    expect(seesOwner(operator, BOB)).toBe(true);
    expect(roles.filter((role) => seesOwner(session(role), BOB))).toEqual(["admin"]);
    expect(roles.filter((role) => seesOwner(actingKey({ role }), BOB))).toEqual(["admin"]);
  });

  test("only admins administer", () => {
    expect(roles.map((role) => verdictOf(requireAdmin(session(role))))).toEqual([
      "yes",
      "FORBIDDEN",
      "FORBIDDEN",
    ]);
  });
});

describe("no key makes itself bigger", () => {
  const scope = fc.constantFrom("*", "*:*", "a:*", "b:*", "*:r", "*:w", "a:r", "a:w", "b:r", "b:w");
  const scopes = fc.uniqueArray(scope, { minLength: 1, maxLength: 4 });
  const instant = fc.option(fc.constantFrom(-1, 0, 1, 2, 3).map((hours) => later(hours * HOUR)));
  const ahead = fc.option(fc.constantFrom(1, 2, 3).map((hours) => later(hours * HOUR)));
  const acting = fc.record({ scopes, endsAt: ahead });

  function withinActing(made: Key, by: { scopes: readonly string[]; endsAt: Date | null }): void {
    expect(coversAll(by.scopes, made.scopes)).toBe(true);
    if (by.endsAt !== null) {
      expect(endOf(made)).not.toBeNull();
      expect((endOf(made) as Date).getTime()).toBeLessThanOrEqual(by.endsAt.getTime());
    }
  }

  test("what a key creates has scopes within its own, and ends no later", () => {
    let made = 0;
    fc.assert(
      fc.property(acting, fc.option(scopes, { nil: undefined }), ahead, (by, asked, expiresAt) => {
        const input = { ...newKey, title: "t", scopes: asked, expiresAt };
        const created = createKey(input, { principal: actingKey(by), now: NOW });
        if (!created.ok) {
          expect(created.error.code).toBe("FORBIDDEN");
          return;
        }
        made += 1;
        withinActing(created.value.key, by);
        expect(created.value.key.createdByKeyId).toBe(ACTING_KEY);
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });

  test("what a key rotates has a successor within itself", () => {
    let made = 0;
    fc.assert(
      fc.property(acting, scopes, ahead, (by, own, expiresAt) => {
        const rotated = rotateKey(
          aKey({ scopes: own, expiresAt }),
          { ...newKey, graceSeconds: 0 },
          { principal: actingKey(by), now: NOW },
        );
        if (!rotated.ok) {
          expect(rotated.error.code).toBe("FORBIDDEN");
          return;
        }
        made += 1;
        withinActing(rotated.value.successor.key, by);
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });

  test("what a key gives a later end stays within itself; an earlier end it may always give", () => {
    let lengthened = 0;
    fc.assert(
      fc.property(
        acting,
        scopes,
        ahead,
        instant,
        fc.constantFrom(0, 1, 2, 3),
        (by, own, at, expiresAt, hours) => {
          const before = aKey({ scopes: own, expiresAt, ...(at === null ? {} : revokedFrom(at)) });
          const decision = { principal: actingKey(by), now: NOW };
          const changes = [cancelRevocation(before, decision)];
          changes.push(revokeKey(before, { inSeconds: hours * 3600 }, decision));
          for (const change of changes) {
            if (!change.ok) continue;
            if (endsLater(endOf(change.value.key), endOf(before))) {
              lengthened += 1;
              withinActing(change.value.key, by);
            }
          }
          const shortened = revokeKey(before, { inSeconds: 0 }, decision);
          const isOver = before.revocation !== null && before.revocation.at <= NOW;
          expect(shortened.ok).toBe(!isOver);
        },
      ),
      { numRuns: 2000 },
    );
    expect(lengthened).toBeGreaterThan(50);
  });

  test("a key whose own end is scheduled can't cancel or put off that", () => {
    const own = aKey({ id: ACTING_KEY, scopes: ["*"], ...revokedFrom(later(HOUR)) });
    const decision = { principal: actingKey({ endsAt: later(HOUR) }), now: NOW };
    const forbidden = {
      ok: false,
      error: { code: "FORBIDDEN", why: { kind: "beyond_own_end" } },
    };
    expect(cancelRevocation(own, decision)).toEqual(forbidden);
    expect(revokeKey(own, { inSeconds: 3601 }, decision)).toEqual(forbidden);
    expect(revokeKey(own, { inSeconds: 3600 }, decision).ok).toBe(true);
    expect(revokeKey(own, { inSeconds: 3599 }, decision).ok).toBe(true);
  });

  test("a key without a choice of scopes can't ask for everything unless it has everything", () => {
    const input = { ...newKey, title: "t", scopes: undefined, expiresAt: null };
    const by = (own: string[]) => ({ principal: actingKey({ scopes: own }), now: NOW });
    expect(createKey(input, by(["keys:write"]))).toEqual({
      ok: false,
      error: { code: "FORBIDDEN", why: { kind: "beyond_own_scopes" } },
    });
    expect(createKey(input, by(["*"])).ok).toBe(true);
  });

  test.for([
    [-1, "yes"],
    [0, "yes"],
    [1, "FORBIDDEN"],
  ] as const)("a key that ends %i ms after the acting one: %s", ([ms, verdict]) => {
    const end = later(HOUR);
    const key = { scopes: ["a:b"], expiresAt: later(ms, end), revocation: null };
    expect(verdictOf(mayGrant(actingKey({ endsAt: end }), key))).toBe(verdict);
  });

  test("a person has no such bound", () => {
    const people: Principal[] = [operator, ...roles.map(session)];
    const input = { ...newKey, title: "t", scopes: ["*"], expiresAt: null };
    for (const principal of people) {
      expect(createKey(input, { principal, now: NOW }).ok).toBe(true);
    }
  });
});

describe("which end is later", () => {
  test("never is later than any instant, and nothing is later than never", () => {
    expect(endsLater(null, NOW)).toBe(true);
    expect(endsLater(NOW, null)).toBe(false);
    expect(endsLater(null, null)).toBe(false);
    expect([-1, 0, 1].map((ms) => endsLater(later(ms), NOW))).toEqual([false, false, true]);
  });
});
