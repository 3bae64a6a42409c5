import crypto, { randomBytes } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { createPepper, digestToken, generateToken, type VerificationRecord } from "@latchkey/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Feed } from "../src/events/feed.ts";
import { createTally } from "../src/use-cases/tally.ts";
import { knownKeys } from "../src/verification/known-keys.ts";
import type { Services } from "../src/use-cases/services.ts";
import { resolveKey } from "../src/use-cases/keys/resolve-key.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import type { FoundKey, FoundKeys } from "../src/store/port/keys.ts";

// What a server knows of keys, by itself: its database is the test, and so are both of their clocks.

type Follower = Parameters<Feed["follow"]>[0];
type Facts = Partial<Pick<VerificationRecord, "expiresAt" | "revokedAt">>;

/** The database's time when the test's clock shows 0. */
const EPOCH = Date.UTC(2030, 0, 1);

const OWNER = {
  id: "user_a",
  email: "ada@example.com",
  name: "Ada",
  role: "admin",
  disabled: false,
  createdAt: new Date(EPOCH),
} as const;

function aToken(): string {
  return generateToken("sk", randomBytes).token.reveal();
}

function setUp() {
  let now = 0;
  const monotonic = vi.spyOn(performance, "now").mockImplementation(() => now);
  onTestFinished(() => monotonic.mockRestore());
  const pepper = createPepper(randomBytes(32));
  const digestOf = (token: string) => Buffer.from(digestToken(pepper, token)).toString("hex");
  const stored = new Map<string, FoundKey>();
  const asked: string[][] = [];
  /** The database's clock, in whole milliseconds. */
  const at = () => new Date(Math.floor(EPOCH + now));
  const findKeys = async (digests: readonly string[]): Promise<FoundKeys> => {
    asked.push([...digests]);
    return { keys: new Map(stored), asOf: { seq: 1, at: at() } };
  };
  let follower: Follower = {};
  const feed: Feed = {
    start: () => {},
    follow: (given) => {
      follower = given;
      return () => {};
    },
    wake: () => {},
    state: () => "live",
    seq: () => 1,
    lastBeatAt: () => now,
    close: async () => {},
  };
  const keys = knownKeys({ pepper, findKeys, feed });
  const used: { readonly outcome: string; readonly at: Date }[] = [];
  const use = { record: (each: (typeof used)[number]) => used.push(each) };
  const services = { keys, use, tally: createTally() } as unknown as Services;
  return {
    keys,
    asked,
    used,
    digestOf,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    now: () => now,
    /** What the feed's look at the log tells, so long under way. */
    beat: ({ there, back } = { there: 0, back: 0 }) => {
      const sent = now;
      now += there;
      const observer = { seq: 1, at: at(), position: { seq: 1, mac: "" }, sent };
      now += back;
      follower.beat?.({ ...observer, received: now });
    },
    /** A key that the database holds, by its token. */
    create: (facts: Facts = {}) => {
      const token = aToken();
      const record = {
        keyId: "key_a",
        ownerId: OWNER.id,
        title: "Shop",
        scopes: ["*"],
        expiresAt: null,
        revokedAt: null,
        ownerDisabled: false,
        ...facts,
      } as const;
      stored.set(digestOf(token), { record, owner: OWNER });
      return token;
    },
    outcome: async (token: string) => {
      const result = await verifyKey(services, { token, scopes: undefined });
      return result.ok ? result.value.outcome : result.error.code;
    },
  };
}

describe("a key that a server knows ends by the database's clock", () => {
  const endsAt = new Date(EPOCH + 1000);
  /** A server that knows a key which ends then, and what it says so long after that instant. */
  const knowing = async (facts: Facts, beat: { phase: number; there: number; back: number }) => {
    const given = setUp();
    const token = given.create(facts);
    given.pass(beat.phase);
    given.beat(beat);
    expect(await given.outcome(token)).toBe("VALID");
    const outcomeAt = async (fromEnd: number) => {
      given.pass(1000 + fromEnd - given.now());
      return given.outcome(token);
    };
    return { ...given, outcomeAt };
  };

  // It tells whole milliseconds, and they are on their way for a while: by the rest of the millisecond and
  // the way there a key ends early, and never late.
  describe.each([
    { phase: 0, there: 0, last: -2, first: -1 },
    { phase: 0.75, there: 0, last: -1, first: 0 },
    { phase: 0.5, there: 4, last: -5, first: -4 },
  ])("read $phase ms into a millisecond, $there ms after it was asked for", (reading) => {
    const { phase, there, last, first } = reading;
    const beat = { phase, there, back: 8 };

    test.each([
      ["EXPIRED", { expiresAt: endsAt }],
      ["REVOKED", { revokedAt: endsAt }],
    ] as const)(
      `it is %s from ${first} ms of its instant on, and not before`,
      async (ended, facts) => {
        const { outcomeAt, asked } = await knowing(facts, beat);
        expect(await outcomeAt(last)).toBe("VALID");
        for (const fromEnd of new Set([first, -1, 0, 1].filter((each) => each >= first))) {
          expect([fromEnd, await outcomeAt(fromEnd)]).toEqual([fromEnd, ended]);
        }
        expect(asked).toHaveLength(1);
      },
    );
  });

  test("the quickest answer counts, whatever the others took", async () => {
    const slow = { phase: 0, there: 300, back: 300 };
    const { outcomeAt, beat, pass } = await knowing({ expiresAt: endsAt }, slow);
    pass(0.75);
    beat();
    beat({ there: 50, back: 50 });
    expect([await outcomeAt(-1), await outcomeAt(0)]).toEqual(["VALID", "EXPIRED"]);
  });

  test("use is noted by that clock too", async () => {
    const { outcomeAt, used } = await knowing(
      { expiresAt: endsAt },
      { phase: 0.75, there: 0, back: 0 },
    );
    await outcomeAt(-1);
    await outcomeAt(0);
    expect(used.slice(1).map(({ outcome, at }) => [outcome, at])).toEqual([
      ["VALID", new Date(EPOCH + 999)],
      ["EXPIRED", endsAt],
    ]);
  });
});

describe("what is known", () => {
  /** How often a function of `node:crypto` is called while this runs. */
  const callsOf = async (name: "createHmac" | "hash", work: () => Promise<void>) => {
    const counted = vi.spyOn(crypto, name);
    syncBuiltinESMExports();
    try {
      await work();
      return counted.mock.calls.length;
    } finally {
      counted.mockRestore();
      syncBuiltinESMExports();
    }
  };

  test("is told without the database, and without the pepper", async () => {
    const { create, beat, outcome, asked, digestOf } = setUp();
    const [token, unknown] = [create(), aToken()];
    const digests = [digestOf(token), digestOf(unknown)];
    beat();
    const ask = async () => {
      expect([await outcome(token), await outcome(unknown)]).toEqual(["VALID", "NOT_FOUND"]);
    };
    expect(await callsOf("createHmac", ask)).toBe(2);
    expect(asked.flat()).toEqual(digests);
    const askOften = async () => {
      for (let time = 0; time < 100; time += 1) await ask();
    };
    expect(await callsOf("createHmac", askOften)).toBe(0);
    expect(asked).toHaveLength(2);
  });

  test("has its name computed once a check, also where it must be looked up", async () => {
    const { create, beat, outcome } = setUp();
    const token = create();
    beat();
    const ask = async () => expect(await outcome(token)).toBe("VALID");
    expect(await callsOf("hash", async () => ask())).toBe(1);
    expect(await callsOf("hash", async () => ask())).toBe(1);
    expect(await callsOf("hash", async () => void (await outcome(`${token}x`)))).toBe(0);
  });
});

test("what is no token is no key, and the database is not asked", async () => {
  const { keys, asked, beat } = setUp();
  beat();
  for (const token of ["", "sk_x", `${aToken()}x`, "x".repeat(60_000)]) {
    expect(await resolveKey({ keys }, { token })).toMatchObject({ key: null, seq: 1 });
  }
  expect(asked).toEqual([]);
  await resolveKey({ keys }, { token: aToken() });
  expect(asked).toHaveLength(1);
});
