import {
  type Change,
  cancelRevocation,
  createKey,
  type DomainError,
  deleteKey,
  endOf,
  judge,
  type Key,
  type KeyEvent,
  MAX_AHEAD_SECONDS,
  type Result,
  renameKey,
  revokeKey,
  rotateKey,
  stateAt,
} from "@latchkey/core";
import { describe, expect, test } from "vitest";
import {
  ADA,
  aKey,
  BOB,
  KEY,
  later,
  NOW,
  operator,
  revokedFrom,
  SUCCESSOR,
  session,
  valueOf,
  verdictOf,
} from "./given.ts";

const decision = { principal: operator, now: NOW };
const HOUR = 3_600_000;
const successor = { id: SUCCESSOR, redacted: "sk_AAAA…BBBB" };

/** Keys in each state, in every way to be in it. */
const columns = {
  active: [aKey(), aKey({ expiresAt: later(1) })],
  scheduled: [
    aKey(revokedFrom(later(1))),
    aKey({ ...revokedFrom(later(HOUR)), expiresAt: later(2 * HOUR) }),
    aKey({ ...revokedFrom(later(2 * HOUR)), expiresAt: later(HOUR) }),
  ],
  expired: [
    aKey({ expiresAt: NOW }),
    aKey({ expiresAt: later(-HOUR) }),
    aKey({ expiresAt: NOW, ...revokedFrom(later(1)) }),
  ],
  revoked: [
    aKey(revokedFrom(NOW)),
    aKey(revokedFrom(later(-HOUR))),
    aKey({ ...revokedFrom(NOW), expiresAt: later(-HOUR) }),
    aKey({ ...revokedFrom(NOW), expiresAt: later(HOUR) }),
  ],
} satisfies Record<string, readonly Key[]>;
type Column = keyof typeof columns;

const rows: readonly {
  readonly act: string;
  readonly on: (key: Key) => Result<unknown, DomainError>;
  readonly cells: Record<Column, "yes" | DomainError["code"]>;
}[] = [
  {
    act: "rename",
    on: (key) => renameKey(key, { title: "New", revision: undefined }, decision),
    cells: { active: "yes", scheduled: "yes", expired: "yes", revoked: "yes" },
  },
  {
    act: "revoke now",
    on: (key) => revokeKey(key, { inSeconds: 0 }, decision),
    cells: { active: "yes", scheduled: "yes", expired: "yes", revoked: "KEY_ALREADY_REVOKED" },
  },
  {
    act: "schedule revocation",
    on: (key) => revokeKey(key, { inSeconds: 60 }, decision),
    cells: {
      active: "yes",
      scheduled: "yes",
      expired: "KEY_EXPIRED",
      revoked: "KEY_ALREADY_REVOKED",
    },
  },
  {
    act: "cancel a scheduled revocation",
    on: (key) => cancelRevocation(key, decision),
    cells: {
      active: "REVOCATION_NOT_SCHEDULED",
      scheduled: "yes",
      expired: "KEY_EXPIRED",
      revoked: "KEY_ALREADY_REVOKED",
    },
  },
  {
    act: "rotate",
    on: (key) => rotateKey(key, { ...successor, graceSeconds: 0 }, decision),
    cells: {
      active: "yes",
      scheduled: "KEY_REVOCATION_SCHEDULED",
      expired: "KEY_EXPIRED",
      revoked: "KEY_ALREADY_REVOKED",
    },
  },
  {
    act: "delete",
    on: (key) => deleteKey(key, decision),
    cells: {
      active: "KEY_NOT_REVOKED",
      scheduled: "KEY_NOT_REVOKED",
      expired: "KEY_NOT_REVOKED",
      revoked: "yes",
    },
  },
];
const cells = rows.flatMap(({ act, on, cells }) =>
  Object.entries(cells).map(([column, verdict]) => ({
    act,
    on,
    column: column as Column,
    verdict,
  })),
);

describe("what each state allows", () => {
  test.for(cells)("$act, $column: $verdict", ({ on, column, verdict }) => {
    for (const key of columns[column]) expect(verdictOf(on(key))).toBe(verdict);
  });

  test.for([
    ["active", "VALID"],
    ["scheduled", "VALID"],
    ["expired", "EXPIRED"],
    ["revoked", "REVOKED"],
  ] as const)("verify, %s: %s", ([column, outcome]) => {
    for (const key of columns[column]) {
      expect(verify(key)).toBe(outcome);
      expect(stateAt(key, NOW).status).toBe(column);
    }
  });

  test("a refusal says since or from when", () => {
    const errors = (on: (key: Key) => Result<unknown, DomainError>, column: Column) =>
      columns[column].map((key) => (on(key) as { error: unknown }).error);
    const cancel = (key: Key) => cancelRevocation(key, decision);
    const rotate = (key: Key) => rotateKey(key, { ...successor, graceSeconds: 0 }, decision);
    expect(errors(cancel, "expired")[1]).toEqual({ code: "KEY_EXPIRED", expiresAt: later(-HOUR) });
    expect(errors(cancel, "revoked")[1]).toEqual({
      code: "KEY_ALREADY_REVOKED",
      revokedAt: later(-HOUR),
    });
    expect(errors(rotate, "scheduled")[1]).toEqual({
      code: "KEY_REVOCATION_SCHEDULED",
      revokedAt: later(HOUR),
    });
  });
});

describe("the instant of an end counts as ended", () => {
  const around = [-1, 0, 1] as const;

  test.for(around)("%i ms from its revocation", (ms) => {
    const end = later(HOUR);
    const at = { principal: operator, now: later(ms, end) };
    const key = aKey(revokedFrom(end));
    const isRevoked = ms >= 0;
    expect(stateAt(key, at.now).status).toBe(isRevoked ? "revoked" : "scheduled");
    expect(verify(key, at.now)).toBe(isRevoked ? "REVOKED" : "VALID");
    expect(cancelRevocation(key, at).ok).toBe(!isRevoked);
    expect(revokeKey(key, { inSeconds: 0 }, at).ok).toBe(!isRevoked);
    expect(revokeKey(key, { inSeconds: 60 }, at).ok).toBe(!isRevoked);
    expect(deleteKey(key, at).ok).toBe(isRevoked);
  });

  test.for(around)("%i ms from its expiry", (ms) => {
    const end = later(HOUR);
    const at = { principal: operator, now: later(ms, end) };
    const key = aKey({ expiresAt: end });
    const isExpired = ms >= 0;
    expect(stateAt(key, at.now).status).toBe(isExpired ? "expired" : "active");
    expect(verify(key, at.now)).toBe(isExpired ? "EXPIRED" : "VALID");
    expect(rotateKey(key, { ...successor, graceSeconds: 0 }, at).ok).toBe(!isExpired);
    expect(revokeKey(key, { inSeconds: 60 }, at).ok).toBe(!isExpired);
    expect(revokeKey(key, { inSeconds: 0 }, at).ok).toBe(true);
  });

  test("both at one instant: revoked", () => {
    expect(stateAt(aKey({ expiresAt: NOW, ...revokedFrom(NOW) }), NOW).status).toBe("revoked");
  });

  test("a key ends at the earlier of its ends", () => {
    expect(endOf(aKey())).toBeNull();
    expect(endOf(aKey({ expiresAt: later(2) }))).toEqual(later(2));
    expect(endOf(aKey(revokedFrom(later(1))))).toEqual(later(1));
    expect(endOf(aKey({ expiresAt: later(2), ...revokedFrom(later(1)) }))).toEqual(later(1));
    expect(endOf(aKey({ expiresAt: later(1), ...revokedFrom(later(2)) }))).toEqual(later(1));
  });
});

describe("create", () => {
  const input = {
    id: KEY,
    redacted: "sk_4fQa…9Zx1",
    title: " Deploy ",
    scopes: undefined,
    expiresAt: null,
  };

  test("a new key is its maker's own, active, at revision 1, and acts as its owner", () => {
    const { key, event } = valueOf(createKey(input, { principal: session("member"), now: NOW }));
    expect(key).toEqual({
      id: KEY,
      ownerId: ADA,
      title: "Deploy",
      redacted: "sk_4fQa…9Zx1",
      scopes: ["*"],
      createdAt: NOW,
      createdBy: ADA,
      createdByKeyId: null,
      updatedAt: NOW,
      revision: 1,
      expiresAt: null,
      revocation: null,
      rotatedFrom: null,
    });
    const data = { title: "Deploy", redacted: "sk_4fQa…9Zx1", ownerId: ADA, scopes: ["*"] };
    expect(event).toEqual({
      type: "key.created",
      data: { ...data, expiresAt: null, rotatedFrom: null },
    });
  });

  test("its expiry lies ahead, at most 10 years", () => {
    const limit = MAX_AHEAD_SECONDS * 1000;
    const verdicts = [-1, 0, 1, limit - 1, limit, limit + 1, Number.NaN].map((ms) =>
      verdictOf(createKey({ ...input, expiresAt: later(ms) }, decision)),
    );
    const no = "INPUT_INVALID";
    expect(verdicts).toEqual([no, no, "yes", "yes", "yes", no, no]);
    const refused = createKey({ ...input, expiresAt: NOW }, decision);
    expect(refused).toMatchObject({ ok: false, error: { fields: [{ field: "expiresAt" }] } });
  });

  test("its title and scopes are checked", () => {
    expect(verdictOf(createKey({ ...input, title: " " }, decision))).toBe("TITLE_INVALID");
    expect(verdictOf(createKey({ ...input, scopes: [] }, decision))).toBe("SCOPE_INVALID");
    expect(verdictOf(createKey({ ...input, scopes: ["A"] }, decision))).toBe("SCOPE_INVALID");
  });
});

describe("rename", () => {
  test("a revoked key stays revoked after its title is edited", () => {
    for (const key of columns.revoked) {
      const { key: renamed } = rename(key, " New ");
      expect(renamed).toEqual({ ...key, title: "New", updatedAt: NOW, revision: 2 });
      expect(verify(renamed)).toBe("REVOKED");
    }
  });

  test("the event tells both titles", () => {
    expect(rename(aKey(), "New").event).toEqual({
      type: "key.renamed",
      data: { from: "Deploy", to: "New" },
    });
  });

  test("it fails where another change came between", () => {
    const key = aKey({ revision: 5 });
    expect(renameKey(key, { title: "New", revision: 5 }, decision).ok).toBe(true);
    for (const revision of [4, 6, 0]) {
      expect(renameKey(key, { title: "New", revision }, decision)).toEqual({
        ok: false,
        error: { code: "CONFLICT", revision: 5 },
      });
    }
  });

  test("a bad title is refused", () => {
    expect(verdictOf(renameKey(aKey(), { title: "\u0000", revision: undefined }, decision))).toBe(
      "TITLE_INVALID",
    );
  });

  function rename(key: Key, title: string): Change {
    return valueOf(renameKey(key, { title, revision: undefined }, decision));
  }
});

describe("revoke", () => {
  test("now: it ends at this very instant, by who did it", () => {
    const { key, event } = valueOf(revokeKey(aKey(), { inSeconds: 0 }, decision));
    expect(key).toEqual(aKey({ revision: 2, updatedAt: NOW, revocation: { at: NOW, by: ADA } }));
    expect(verify(key)).toBe("REVOKED");
    expect(event).toEqual({
      type: "key.revoked",
      data: { title: "Deploy", wasScheduledFor: null },
    });
  });

  test("now, though it was scheduled: brought forward, and the event tells so", () => {
    const scheduled = aKey({ revocation: { at: later(HOUR), by: BOB } });
    const { key, event } = valueOf(revokeKey(scheduled, { inSeconds: 0 }, decision));
    expect(key.revocation).toEqual({ at: NOW, by: ADA });
    expect(event.data).toMatchObject({ wasScheduledFor: later(HOUR).toISOString() });
  });

  test("later: valid until then, and not a millisecond longer", () => {
    const { key, event } = valueOf(revokeKey(aKey(), { inSeconds: 60 }, decision));
    expect(key.revocation).toEqual({ at: later(60_000), by: ADA });
    expect(event).toEqual({
      type: "key.revocation_scheduled",
      data: {
        title: "Deploy",
        revokedAt: later(60_000).toISOString(),
        wasScheduledFor: null,
      },
    });
    expect([verify(key, later(59_999)), verify(key, later(60_000))]).toEqual(["VALID", "REVOKED"]);
  });

  test("a schedule moves earlier and later", () => {
    const scheduled = aKey(revokedFrom(later(HOUR)));
    for (const inSeconds of [60, 7200]) {
      const { key, event } = valueOf(revokeKey(scheduled, { inSeconds }, decision));
      expect(key.revocation).toEqual({ at: later(inSeconds * 1000), by: ADA });
      expect(event.data).toMatchObject({ wasScheduledFor: later(HOUR).toISOString() });
    }
  });

  test("at most 10 years ahead, never in the past", () => {
    const of = (inSeconds: number) => verdictOf(revokeKey(aKey(), { inSeconds }, decision));
    expect([of(MAX_AHEAD_SECONDS), of(MAX_AHEAD_SECONDS + 1), of(-1), of(Number.NaN)]).toEqual([
      "yes",
      "INPUT_INVALID",
      "INPUT_INVALID",
      "INPUT_INVALID",
    ]);
  });
});

describe("cancel a scheduled revocation", () => {
  test("the key goes on as if it had never been scheduled", () => {
    const scheduled = aKey(revokedFrom(later(HOUR)));
    const { key, event } = valueOf(cancelRevocation(scheduled, decision));
    expect(key).toEqual(aKey({ revision: 2, updatedAt: NOW }));
    expect(event).toEqual({
      type: "key.revocation_canceled",
      data: { title: "Deploy", wasScheduledFor: later(HOUR).toISOString() },
    });
  });
});

describe("rotate", () => {
  const rotate = (key: Key, graceSeconds = 0) =>
    rotateKey(key, { ...successor, graceSeconds }, decision);

  test("the successor takes over title, scopes, owner and expiry", () => {
    const key = aKey({ ownerId: BOB, expiresAt: later(HOUR), revision: 7 });
    const { successor: made } = valueOf(rotate(key));
    expect(made.key).toEqual({
      ...aKey({ ownerId: BOB, expiresAt: later(HOUR), ...successor }),
      createdAt: NOW,
      updatedAt: NOW,
      rotatedFrom: KEY,
    });
    expect(made.event).toMatchObject({
      type: "key.created",
      data: { ownerId: BOB, rotatedFrom: KEY },
    });
  });

  test("without grace the predecessor is revoked at once", () => {
    const { previous } = valueOf(rotate(aKey()));
    expect(verify(previous.key)).toBe("REVOKED");
    expect(previous.event).toEqual({
      type: "key.rotated",
      data: { title: "Deploy", rotatedTo: SUCCESSOR, revokedAt: NOW.toISOString() },
    });
    expect(previous.key.revision).toBe(2);
  });

  test("with grace both work until it ends", () => {
    const { previous, successor: made } = valueOf(rotate(aKey(), 60));
    const at = [NOW, later(59_999), later(60_000)];
    expect(at.map((now) => verify(previous.key, now))).toEqual(["VALID", "VALID", "REVOKED"]);
    expect(at.map((now) => verify(made.key, now))).toEqual(["VALID", "VALID", "VALID"]);
  });

  test("grace never outlives the predecessor's own expiry", () => {
    const ends = [59_999, 60_000, 60_001].map((ms) => {
      const { previous } = valueOf(rotate(aKey({ expiresAt: later(ms) }), 60));
      return (previous.key.revocation?.at.getTime() ?? 0) - NOW.getTime();
    });
    expect(ends).toEqual([59_999, 60_000, 60_000]);
  });

  test("grace is at most 10 years, and never negative", () => {
    const verdicts = [MAX_AHEAD_SECONDS, MAX_AHEAD_SECONDS + 1, -1, Number.NaN].map((seconds) =>
      verdictOf(rotate(aKey(), seconds)),
    );
    expect(verdicts).toEqual(["yes", "INPUT_INVALID", "INPUT_INVALID", "INPUT_INVALID"]);
  });
});

describe("delete", () => {
  test("the event keeps what a person would recognise the key by", () => {
    const expected: KeyEvent = {
      type: "key.deleted",
      data: { title: "Deploy", redacted: "sk_4fQa…9Zx1" },
    };
    expect(valueOf(deleteKey(aKey(revokedFrom(NOW)), decision))).toEqual(expected);
  });
});

describe("every change", () => {
  test("leaves the key it was given as it was", () => {
    for (const { on } of rows) {
      for (const key of Object.values(columns).flat()) {
        const frozen = Object.freeze({
          ...key,
          scopes: Object.freeze([...key.scopes]) as string[],
        });
        const before = structuredClone(frozen);
        on(frozen);
        expect(frozen).toEqual(before);
      }
    }
  });
});

function verify(key: Key, now: Date = NOW): string {
  const { id: keyId, ownerId, title, scopes, expiresAt, revocation } = key;
  const revokedAt = revocation?.at ?? null;
  const record = { keyId, ownerId, title, scopes, expiresAt, revokedAt, ownerDisabled: false };
  return judge(record, [], now).outcome;
}
