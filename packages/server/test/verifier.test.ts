import { randomBytes } from "node:crypto";
import { generateToken } from "@latchkey/core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  createVerifier,
  errorOf,
  type LatchkeyClient,
  type Resolved,
  type VerifierLink,
  type VerifierOptions,
  type WatchItem,
} from "@latchkey/client";

// The verifier by itself: its server is the test, and so is its clock.

type Watcher = {
  readonly onData: (observer: { id: string; data: WatchItem }) => void;
  readonly onConnectionStateChange: (change: { state: string; error: Error | null }) => void;
};
type Known = NonNullable<Resolved["record"]>;

/** The database's time when the test's clock shows 0. */
const EPOCH = Date.UTC(2030, 0, 1);

function aToken(): string {
  return generateToken("sk", randomBytes).token.reveal();
}

function aRecord(facts: Partial<Known> = {}): Known {
  return {
    keyId: "key_a",
    ownerId: "user_a",
    title: "Shop",
    scopes: ["orders:read"],
    expiresAt: null,
    revokedAt: null,
    ownerDisabled: false,
    ...facts,
  };
}

function setUp(options: VerifierOptions = {}) {
  let now = 0;
  let ahead = 0;
  let seq = 10;
  let watcher: Watcher | undefined;
  let watches = 0;
  const asked: string[] = [];
  const keys = new Map<string, Known>();
  const at = () => new Date(EPOCH + now + ahead).toISOString();
  const current = async (token: string): Promise<Resolved> => ({
    record: keys.get(token) ?? null,
    asOf: { seq, at: at() },
  });
  let answer = current;
  const client = {
    keys: {
      resolve: {
        mutate: async ({ token }: { token: string }) => {
          asked.push(token);
          return answer(token);
        },
      },
    },
    events: {
      watch: {
        subscribe: (_: undefined, given: Watcher) => {
          watches += 1;
          watcher = given;
          return { unsubscribe: () => {} };
        },
      },
    },
  } as unknown as LatchkeyClient;
  const links: VerifierLink["state"][] = [];
  const verifier = createVerifier(client, {
    monotonic: () => now,
    onLink: ({ state }) => links.push(state),
    ...options,
  });
  onTestFinished(verifier.close);
  const say = (item: WatchItem) => watcher?.onData({ id: String(item.seq), data: item });
  return {
    verifier,
    links,
    asked,
    keys,
    watches: () => watches,
    /** How the server answers; as things stand by default. */
    answerBy: (next: (token: string) => Promise<Resolved> = current) => {
      answer = next;
    },
    current,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Sets the database's clock. */
    setAhead: (milliseconds: number) => {
      ahead = milliseconds;
    },
    beat: () => say({ kind: "beat", seq, at: at() }),
    change: (type: string, about: { keyId?: Known["keyId"]; ownerId?: Known["ownerId"] }) => {
      seq += 1;
      const { keyId = null, ownerId = null } = about;
      say({ kind: "fact", seq, type, keyId, ownerId });
    },
    cut: () => watcher?.onConnectionStateChange({ state: "connecting", error: new Error("cut") }),
    outcome: async (token: string) => (await verifier.verify(token)).outcome,
    atOnce: (token: string) => verifier.verifyAtOnce(token)?.outcome,
  };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => "no failure",
    (thrown: unknown) => errorOf(thrown).code,
  );

describe("what a verifier knows", () => {
  test("it asks for once, however many ask for it at the same time, and again for other tokens", async () => {
    const { verifier, asked, keys, beat, atOnce } = setUp();
    const [token, other] = [aToken(), aToken()];
    keys.set(token, aRecord());
    beat();
    expect(atOnce(token)).toBeUndefined();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)));
    for (const outcome of outcomes) {
      expect(outcome).toEqual({
        outcome: "VALID",
        keyId: "key_a",
        ownerId: "user_a",
        title: "Shop",
        scopes: ["orders:read"],
        expiresAt: null,
      });
    }
    expect(atOnce(token)).toBe("VALID");
    expect(await verifier.verify(other)).toEqual({ outcome: "NOT_FOUND" });
    expect(atOnce(other)).toBe("NOT_FOUND");
    expect(asked).toEqual([token, other]);
  });

  test("it judges by the scopes that each check needs", async () => {
    const { verifier, keys, outcome } = setUp();
    const token = aToken();
    keys.set(token, aRecord());
    await outcome(token);
    expect(verifier.verifyAtOnce(token, ["orders:read"])).toMatchObject({ outcome: "VALID" });
    expect(verifier.verifyAtOnce(token, ["orders:write"])).toEqual({
      outcome: "INSUFFICIENT_SCOPE",
    });
    expect(await codeOf(verifier.verify(token, ["orders:*"]))).toBe("SCOPE_INVALID");
    expect(() => verifier.verifyAtOnce(token, ["*"])).toThrow("can't be required");
  });

  test("what is no token, or a person's session, it never asks for", async () => {
    const { asked, outcome, atOnce } = setUp();
    const session = generateToken("lks", randomBytes).token.reveal();
    for (const token of ["", "sk_x", `${aToken()}x`]) expect(atOnce(token)).toBe("NOT_FOUND");
    expect(await outcome(session)).toBe("NOT_FOUND");
    expect(asked).toEqual([]);
  });

  test("is bounded: ten thousand unknown tokens push out no key, and then one another", async () => {
    const { keys, outcome, atOnce } = setUp();
    const token = aToken();
    keys.set(token, aRecord());
    await outcome(token);
    const unknown = Array.from({ length: 11_000 }, aToken);
    await Promise.all(unknown.map(outcome));
    expect(atOnce(token)).toBe("VALID");
    expect(unknown.filter((each) => atOnce(each) !== undefined).length).toBeLessThanOrEqual(10_000);
    expect(atOnce(unknown.at(-1) ?? "")).toBe("NOT_FOUND");
  });

  test("is bounded by maxRecords", async () => {
    const { keys, outcome, atOnce } = setUp({ maxRecords: 10 });
    const tokens = Array.from({ length: 30 }, aToken);
    for (const [index, token] of tokens.entries()) {
      keys.set(token, aRecord({ keyId: `key_${index}`, ownerId: `user_${index}` }));
      await outcome(token);
    }
    const known = tokens.filter((token) => atOnce(token) === "VALID");
    expect(known.length).toBeGreaterThanOrEqual(5);
    expect(known.length).toBeLessThanOrEqual(10);
  });
});

describe("a verifier's clock is the database's", () => {
  const remaining = async (facts: Partial<Known>) => {
    const given = setUp();
    const token = aToken();
    given.keys.set(token, aRecord(facts));
    await given.outcome(token);
    return { ...given, token };
  };
  const inOneSecond = new Date(EPOCH + 1000).toISOString();

  // What the database tells of its clock are whole milliseconds, and they are on their way for a while: by
  // the rest of the millisecond and the way there a key ends early, and never late.
  describe.each([
    { phase: 0, there: 0, last: -2, first: -1 },
    { phase: 0.75, there: 0, last: -1, first: 0 },
    { phase: 0.5, there: 4, last: -5, first: -4 },
  ])("read $phase ms into a millisecond, $there ms after it was asked for", (reading) => {
    test.each([
      ["EXPIRED", { expiresAt: inOneSecond }],
      ["REVOKED", { revokedAt: inOneSecond }],
    ] as const)(
      `a cached key is %s from ${reading.first} ms of its instant on, and not before`,
      async (ended, facts) => {
        const given = setUp();
        const { keys, pass, answerBy, current, outcome, atOnce, asked } = given;
        const token = aToken();
        keys.set(token, aRecord(facts));
        const { phase, there, last, first } = reading;
        const back = 8;
        answerBy(async (each) => {
          pass(there);
          const answer = await current(each);
          pass(back);
          return answer;
        });
        pass(phase);
        expect(await outcome(token)).toBe("VALID");
        let observer = phase + there + back;
        const outcomeAt = (fromEnd: number) => {
          pass(1000 + fromEnd - observer);
          observer = 1000 + fromEnd;
          return atOnce(token);
        };
        expect(outcomeAt(last)).toBe("VALID");
        for (const fromEnd of new Set([first, -1, 0, 1].filter((each) => each >= first))) {
          expect([fromEnd, outcomeAt(fromEnd)]).toEqual([fromEnd, ended]);
        }
        expect(asked).toHaveLength(1);
      },
    );
  });

  test("that this machine's clock is set by an hour is nothing to it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const { token, pass, atOnce, outcome, beat } = await remaining({ expiresAt: inOneSecond });
    beat();
    await outcome(token);
    for (const hour of [3_600_000, -3_600_000]) {
      vi.setSystemTime(EPOCH + hour);
      beat();
      expect(atOnce(token)).toBe("VALID");
    }
    pass(1000);
    expect(atOnce(token)).toBe("EXPIRED");
  });

  test("a database whose clock is set is believed", async () => {
    const { token, setAhead, pass, atOnce, outcome, beat } = await remaining({
      expiresAt: inOneSecond,
    });
    beat();
    expect(await outcome(token)).toBe("VALID");
    setAhead(3_600_000);
    pass(100);
    beat();
    expect(atOnce(token)).toBeUndefined();
    expect(await outcome(token)).toBe("EXPIRED");
  });
});

describe("a change", () => {
  const warm = async (options?: VerifierOptions) => {
    const given = setUp(options);
    const token = aToken();
    given.keys.set(token, aRecord());
    given.beat();
    await given.outcome(token);
    return { ...given, token };
  };

  test("to a key or its owner makes it ask again; to others it does not", async () => {
    const { token, change, atOnce, outcome, keys } = await warm();
    change("key.revoked", { keyId: "key_b", ownerId: "user_a" });
    change("user.disabled", { ownerId: "user_b" });
    change("session.started", { ownerId: "user_a" });
    expect(atOnce(token)).toBe("VALID");
    keys.set(token, aRecord({ revokedAt: new Date(EPOCH).toISOString() }));
    change("key.revoked", { keyId: "key_a", ownerId: "user_a" });
    expect(atOnce(token)).toBeUndefined();
    expect(await outcome(token)).toBe("REVOKED");
    keys.set(token, aRecord({ ownerDisabled: true }));
    change("user.disabled", { ownerId: "user_a" });
    expect(await outcome(token)).toBe("OWNER_DISABLED");
    keys.delete(token);
    change("key.deleted", { keyId: "key_a", ownerId: "user_a" });
    expect(await outcome(token)).toBe("NOT_FOUND");
  });

  test("that happened after an answer was read is not undone by that answer", async () => {
    const { token, change, answerBy, current, verifier, keys, atOnce, asked } = await warm();
    change("key.renamed", { keyId: "key_a", ownerId: "user_a" });
    const early = await current(token);
    let arrive = (_: Resolved) => {};
    answerBy(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    const verifying = verifier.verify(token);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    keys.set(token, aRecord({ revokedAt: new Date(EPOCH).toISOString() }));
    change("key.revoked", { keyId: "key_a", ownerId: "user_a" });
    answerBy();
    arrive(early);
    expect(await verifying).toEqual({ outcome: "REVOKED" });
    expect(atOnce(token)).toBe("REVOKED");
    expect(asked).toHaveLength(3);
  });

  test("that no answer knows of leaves nothing to say", async () => {
    const { token, change, answerBy, current, verifier, asked } = await warm();
    const old = await current(token);
    change("key.revoked", { keyId: "key_a", ownerId: "user_a" });
    answerBy(async () => old);
    expect(await codeOf(verifier.verify(token))).toBe("UNAVAILABLE");
    expect(asked).toHaveLength(4);
  });

  test("is asked for by whoever comes after it, though a question of before is under way", async () => {
    const { token, change, answerBy, current, verifier, keys, asked } = await warm();
    change("key.renamed", { keyId: "key_a", ownerId: "user_a" });
    const arrivals: ((answer: Resolved) => void)[] = [];
    answerBy(() => new Promise((resolve) => arrivals.push(resolve)));
    const before = verifier.verify(token);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    const early = await current(token);
    // Somebody revoked it and was told so, and no event has come yet.
    keys.set(token, aRecord({ revokedAt: new Date(EPOCH).toISOString() }));
    const after = verifier.verify(token);
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    arrivals[1]?.(await current(token));
    arrivals[0]?.(early);
    expect(await after).toEqual({ outcome: "REVOKED" });
    expect(await before).toMatchObject({ outcome: "VALID" });
  });
});

describe("the link", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const warm = async (options?: VerifierOptions) => {
    const given = setUp(options);
    const token = aToken();
    given.keys.set(token, aRecord());
    given.beat();
    await given.outcome(token);
    const outage = () =>
      given.answerBy(async () => {
        throw new Error("nobody there");
      });
    return { ...given, token, outage };
  };

  test("keeps what is known as long as it beats, and forgets it after three missed beats", async () => {
    const { token, pass, beat, atOnce, links, watches } = await warm();
    for (let second = 1; second <= 60; second += 1) {
      pass(1000);
      vi.advanceTimersByTime(1000);
      beat();
      expect(atOnce(token)).toBe("VALID");
    }
    vi.advanceTimersByTime(2999);
    expect(atOnce(token)).toBe("VALID");
    vi.advanceTimersByTime(1);
    expect(atOnce(token)).toBeUndefined();
    expect(links).toEqual(["live", "lost"]);
    vi.advanceTimersByTime(2000);
    expect(watches()).toBe(2);
    beat();
    expect(links).toEqual(["live", "lost", "live"]);
  });

  test("that is lost leaves what is known until it is too old, and then asks; else it fails", async () => {
    const { token, pass, beat, cut, atOnce, outcome, verifier, outage, answerBy } = await warm();
    beat();
    cut();
    pass(2500);
    expect(atOnce(token)).toBe("VALID");
    pass(2502);
    expect(atOnce(token)).toBeUndefined();
    expect(await outcome(token)).toBe("VALID");
    outage();
    expect(atOnce(token)).toBe("VALID");
    pass(5001);
    expect(await codeOf(verifier.verify(token))).toBe("UNAVAILABLE");
    answerBy();
    expect(await outcome(token)).toBe("VALID");
  });

  test("that keeps an answer back, and hears of no signal, holds nobody up for ever", async () => {
    const { beat, outcome, answerBy, keys } = setUp();
    const [asking, later] = [aToken(), aToken()];
    keys.set(later, aRecord());
    beat();
    answerBy(() => new Promise(() => {}));
    expect(await outcome(asking).catch((thrown: unknown) => errorOf(thrown).code)).toBe(
      "UNAVAILABLE",
    );
    answerBy();
    expect(await outcome(later)).toBe("VALID");
  });

  test("lets a shorter time be chosen, and no longer one", async () => {
    const { token, pass, atOnce } = await warm({ maxStaleMs: 1000 });
    pass(1000);
    expect(atOnce(token)).toBe("VALID");
    pass(1);
    expect(atOnce(token)).toBeUndefined();
    for (const maxStaleMs of [0, -1, 5001, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => setUp({ maxStaleMs })).toThrow(RangeError);
    }
  });

  test("that is live again empties what is known: something may have been missed", async () => {
    const { token, cut, beat, atOnce, outcome, asked } = await warm();
    cut();
    vi.advanceTimersByTime(200);
    expect(atOnce(token)).toBe("VALID");
    beat();
    expect(atOnce(token)).toBeUndefined();
    expect(await outcome(token)).toBe("VALID");
    expect(asked).toHaveLength(2);
  });

  test("a closed verifier checks nothing any more, and watches nothing", async () => {
    const { token, verifier, watches, atOnce } = await warm();
    verifier.close();
    vi.advanceTimersByTime(60_000);
    expect(watches()).toBe(1);
    expect(atOnce(token)).toBeUndefined();
    expect(await codeOf(verifier.verify(token))).toBe("UNAVAILABLE");
  });
});
