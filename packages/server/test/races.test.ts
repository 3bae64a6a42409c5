import type { KeyId } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { createClient, type LatchkeyClient } from "@latchkey/client";
import { verifyLog } from "../src/use-cases/log/verify-log.ts";
import { codeOf, signIn } from "./installation.ts";
import { withTwoServers } from "./two-servers.ts";

// Two administrators change one key at the same time, each at a server of their own, over HTTP. Whatever
// comes out must be what some order of the two, one after the other, would have given.

type Action = (client: LatchkeyClient, id: KeyId) => Promise<unknown>;
type Start = "active" | "scheduled" | "revoked";
type Verb = keyof typeof actions;

const actions = {
  rename: ({ keys }, id) => keys.rename.mutate({ id, title: "New" }),
  "rename on revision": ({ keys }, id) => keys.rename.mutate({ id, title: "New", revision: 1 }),
  revoke: ({ keys }, id) => keys.revoke.mutate({ id }),
  schedule: ({ keys }, id) => keys.revoke.mutate({ id, inSeconds: 3600 }),
  cancel: ({ keys }, id) => keys.cancelRevocation.mutate({ id }),
  rotate: ({ keys }, id) => keys.rotate.mutate({ id, graceSeconds: 3600 }),
  delete: ({ keys }, id) => keys.delete.mutate({ id }),
} satisfies Record<string, Action>;

/** The table of a key's life: what each verb gives in each state, and the state that follows. */
type State = { status: Start | "gone"; revision: number };
type Step = { code: string; events: number; next: State };

function step(verb: Verb, state: State): Step {
  const { status, revision } = state;
  const refuse = (code: string): Step => ({ code, events: 0, next: state });
  const become = (next: State["status"], events = 1): Step => ({
    code: "ok",
    events,
    next: { status: next, revision: revision + 1 },
  });
  if (status === "gone") return refuse("NOT_FOUND");
  switch (verb) {
    case "rename":
      return become(status);
    case "rename on revision":
      return revision === 1 ? become(status) : refuse("CONFLICT");
    case "revoke":
      return status === "revoked" ? refuse("KEY_ALREADY_REVOKED") : become("revoked");
    case "schedule":
      return status === "revoked" ? refuse("KEY_ALREADY_REVOKED") : become("scheduled");
    case "cancel":
      if (status === "revoked") return refuse("KEY_ALREADY_REVOKED");
      return status === "active" ? refuse("REVOCATION_NOT_SCHEDULED") : become("active");
    case "rotate":
      if (status === "revoked") return refuse("KEY_ALREADY_REVOKED");
      // A successor's creation is an event of its own.
      return status === "active" ? become("scheduled", 2) : refuse("KEY_REVOCATION_SCHEDULED");
    case "delete":
      return status === "revoked" ? become("gone") : refuse("KEY_NOT_REVOKED");
  }
}

/** What the two orders of a pair would give: the codes of both, and the status in the end. */
function serialOutcomes(first: Verb, second: Verb, start: State): string[] {
  const inOrder = (verbs: readonly [Verb, Verb], swapped: boolean) => {
    const one = step(verbs[0], start);
    const two = step(verbs[1], one.next);
    const codes = swapped ? [two.code, one.code] : [one.code, two.code];
    return describeOutcome(codes, one.events + two.events, two.next);
  };
  return [inOrder([first, second], false), inOrder([second, first], true)];
}

function describeOutcome(codes: string[], events: number, { status, revision }: State): string {
  return `${codes.join(" and ")}, ${events} events, ${status} at ${revision}`;
}

const VERBS = Object.keys(actions) as Verb[];
const PAIRS = VERBS.flatMap((first, i) => VERBS.slice(i).map((second) => [first, second] as const));
const STARTS: Start[] = ["active", "scheduled", "revoked"];
const ROUNDS = 3;

describe("two changes of one key at the same time", () => {
  const two = withTwoServers();
  let admin: string;
  beforeEach(async () => {
    const { installation } = two();
    admin = (await signIn(installation, installation.admin)).token;
  });

  test.each(PAIRS)("%s and %s come out as one after the other", async (first, second) => {
    const { servers } = two();
    for (const start of STARTS) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = await keyThatIs(start);
        const { revision } = await stateOf(id);
        const before = (await servers[0].store.readHead()).seq;
        const codes = await Promise.all([outcome(0, first, id), outcome(1, second, id)]);
        const events = (await servers[0].store.readHead()).seq - before;
        const after = await stateOf(id);
        const next = after.status === "gone" ? { ...after, revision: revision + events } : after;
        const serial = serialOutcomes(first, second, { status: start, revision });
        expect(serial).toContain(describeOutcome(codes, events, next));
      }
    }
    await expectWholeLog();
  });

  test("of many revocations at once exactly one succeeds", async () => {
    const id = await keyThatIs("active");
    const codes = await Promise.all(Array.from({ length: 12 }, (_, i) => outcome(i, "revoke", id)));
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 11 }, () => "KEY_ALREADY_REVOKED"),
      "ok",
    ]);
    expect(await stateOf(id)).toEqual({ status: "revoked", revision: 2 });
    await expectWholeLog();
  });

  test("many changes of many keys are all in the log, without a gap", async () => {
    const lives = Array.from({ length: 12 }, async (_, i) => {
      const { id } = await newKey(i);
      const renamed = [outcome(i, "rename", id), outcome(i + 1, "rename", id)];
      const codes = await Promise.all(renamed);
      return [...codes, await outcome(i + 1, "revoke", id), await outcome(i, "delete", id)];
    });
    const codes = (await Promise.all(lives)).flat();
    expect(codes).toEqual(codes.map(() => "ok"));
    expect((await two().servers[0].store.readHead()).seq).toBe(12 * 5);
    await expectWholeLog();
  });

  test("keys that change one another, in opposite order, never get stuck", async () => {
    const [one, other] = [await newKey(0), await newKey(1)];
    for (let round = 0; round < 25; round += 1) {
      const codes = await Promise.all([
        outcome(0, "rename", other.id, one.token),
        outcome(1, "rename", one.id, other.token),
        outcome(1, "rename", one.id, one.token),
        outcome(0, "rename", other.id, other.token),
      ]);
      expect(codes).toEqual(["ok", "ok", "ok", "ok"]);
    }
    expect(await stateOf(one.id)).toMatchObject({ revision: 51 });
    await expectWholeLog();
  });

  test("of two keys that revoke one another exactly one survives", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, other] = [await newKey(0), await newKey(1)];
      const codes = await Promise.all([
        outcome(0, "revoke", other.id, one.token),
        outcome(1, "revoke", one.id, other.token),
      ]);
      expect(codes.toSorted()).toEqual(["UNAUTHENTICATED", "ok"]);
      const states = [(await stateOf(one.id)).status, (await stateOf(other.id)).status];
      expect(states.toSorted()).toEqual(["active", "revoked"]);
    }
    await expectWholeLog();
  });

  /** A client of its own for each call: calls of one client would travel in one request. */
  function at(server: number, token = admin): LatchkeyClient {
    const { url } = two().listeners[server % 2 === 0 ? 0 : 1];
    return createClient({ url, token });
  }

  /** "ok", or the code of the failure. */
  async function outcome(server: number, verb: Verb, id: KeyId, token?: string): Promise<string> {
    const code = await codeOf(actions[verb](at(server, token), id));
    return code === "no failure" ? "ok" : code;
  }

  async function newKey(server: number): Promise<{ id: KeyId; token: string }> {
    const { key, token } = await at(server).keys.create.mutate({ title: "Old" });
    return { id: key.id, token };
  }

  async function keyThatIs(start: Start): Promise<KeyId> {
    const { id } = await newKey(0);
    if (start === "scheduled") await actions.schedule(at(0), id);
    if (start === "revoked") await actions.revoke(at(0), id);
    return id;
  }

  async function stateOf(id: KeyId): Promise<State> {
    const view = await two().servers[0].store.readKey(id);
    if (view === null) return { status: "gone", revision: 0 };
    const { revocation, revision } = view.key;
    if (revocation === null) return { status: "active", revision };
    return { status: revocation.at <= new Date() ? "revoked" : "scheduled", revision };
  }

  /** Gapless, in the order of its instants, chained, and as many events of each key as its revision. */
  async function expectWholeLog(): Promise<void> {
    const { servers, installation } = two();
    expect(await verifyLog(servers[1], { from: undefined })).toMatchObject({
      firstBadSeq: null,
    });
    const [log] = await installation.database.query(sql`
      select count(*) = max(seq) as gapless,
        bool_and(at >= before) as ordered
      from (select seq, at, lag(at, 1, 'epoch') over (order by seq) as before from events) e`);
    expect(log).toEqual({ gapless: true, ordered: true });
    const miscounted = await installation.database.query(sql`
      select id from api_keys where revision <> (select count(*) from events where key_id = id)`);
    expect(miscounted).toEqual([]);
  }
});
