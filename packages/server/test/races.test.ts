import type { DomainError, KeyId, Result } from "@latchkey/core";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { cancelRevocation } from "../src/services/cancel-revocation.ts";
import { createKey } from "../src/services/create-key.ts";
import { deleteKey } from "../src/services/delete-key.ts";
import { renameKey } from "../src/services/rename-key.ts";
import { revokeKey } from "../src/services/revoke-key.ts";
import { rotateKey } from "../src/services/rotate-key.ts";
import type { Caller, Services } from "../src/services/services.ts";
import { verifyLog } from "../src/services/verify-log.ts";
import { asKey } from "./installation.ts";
import { withTwoServers } from "./two-servers.ts";

// Two administrators on two servers change one key at the same time. Whatever comes out must be what
// some order of the two, one after the other, would have given.

type Action = (
  server: Services,
  caller: Caller,
  id: KeyId,
) => Promise<Result<unknown, DomainError>>;
type Start = "active" | "scheduled" | "revoked";
type Verb = keyof typeof actions;

const actions = {
  rename: (server, caller, id) =>
    renameKey(server, caller, { id, title: "New", revision: undefined }),
  "rename on revision": (server, caller, id) =>
    renameKey(server, caller, { id, title: "New", revision: 1 }),
  revoke: (server, caller, id) => revokeKey(server, caller, { id, inSeconds: 0 }),
  schedule: (server, caller, id) => revokeKey(server, caller, { id, inSeconds: 3600 }),
  cancel: (server, caller, id) => cancelRevocation(server, caller, { id }),
  rotate: (server, caller, id) => rotateKey(server, caller, { id, graceSeconds: 3600 }),
  delete: (server, caller, id) => deleteKey(server, caller, { id }),
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

  test.each(PAIRS)("%s and %s come out as one after the other", async (first, second) => {
    const { servers, installation } = two();
    const { admin } = installation;
    for (const start of STARTS) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = await keyThatIs(start);
        const { revision } = await stateOf(id);
        const before = (await servers[0].store.readHead()).seq;
        const outcomes = await Promise.all([
          actions[first](servers[0], admin, id),
          actions[second](servers[1], admin, id),
        ]);
        const codes = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code));
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
    const { servers, installation } = two();
    const id = await keyThatIs("active");
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        actions.revoke(servers[i % 2] as Services, installation.admin, id),
      ),
    );
    const codes = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code)).sort();
    expect(codes).toEqual([...Array.from({ length: 11 }, () => "KEY_ALREADY_REVOKED"), "ok"]);
    expect(await stateOf(id)).toEqual({ status: "revoked", revision: 2 });
    await expectWholeLog();
  });

  test("many changes of many keys are all in the log, without a gap", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    const lives = Array.from({ length: 12 }, async (_, i) => {
      const server = servers[i % 2] as Services;
      const other = servers[(i + 1) % 2] as Services;
      const id = await newKey(server, admin);
      const renamed = await Promise.all([
        actions.rename(server, admin, id),
        actions.rename(other, admin, id),
      ]);
      const revoked = await actions.revoke(other, admin, id);
      const deleted = await actions.delete(server, admin, id);
      return [...renamed, revoked, deleted].every(({ ok }) => ok);
    });
    expect(await Promise.all(lives)).toEqual(lives.map(() => true));
    expect((await servers[0].store.readHead()).seq).toBe(12 * 5);
    await expectWholeLog();
  });

  test("keys that change one another, in opposite order, never get stuck", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    const ids = await Promise.all([newKey(servers[0], admin), newKey(servers[1], admin)]);
    const [one, other] = ids;
    const byOne = asKey(admin, { id: one, scopes: ["*"] });
    const byOther = asKey(admin, { id: other, scopes: ["*"] });
    for (let round = 0; round < 25; round += 1) {
      const outcomes = await Promise.all([
        actions.rename(servers[0], byOne, other),
        actions.rename(servers[1], byOther, one),
        actions.rename(servers[1], byOne, one),
        actions.rename(servers[0], byOther, other),
      ]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    }
    expect(await stateOf(one)).toMatchObject({ revision: 51 });
    await expectWholeLog();
  });

  test("of two keys that revoke one another exactly one survives", async () => {
    const { servers, installation } = two();
    const { admin } = installation;
    for (let round = 0; round < 10; round += 1) {
      const one = await newKey(servers[0], admin);
      const other = await newKey(servers[1], admin);
      const outcomes = await Promise.all([
        actions.revoke(servers[0], asKey(admin, { id: one, scopes: ["*"] }), other),
        actions.revoke(servers[1], asKey(admin, { id: other, scopes: ["*"] }), one),
      ]);
      const codes = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.error.code)).sort();
      expect(codes).toEqual(["UNAUTHENTICATED", "ok"]);
      const states = [(await stateOf(one)).status, (await stateOf(other)).status].sort();
      expect(states).toEqual(["active", "revoked"]);
    }
    await expectWholeLog();
  });

  async function newKey(server: Services, caller: Caller): Promise<KeyId> {
    const input = { title: "Old", scopes: undefined, expiresAt: undefined };
    const created = await createKey(server, caller, input);
    if (!created.ok) throw new Error(created.error.code);
    return created.value.key.view.key.id;
  }

  async function keyThatIs(start: Start): Promise<KeyId> {
    const { servers, installation } = two();
    const id = await newKey(servers[0], installation.admin);
    if (start === "scheduled") await actions.schedule(servers[0], installation.admin, id);
    if (start === "revoked") await actions.revoke(servers[0], installation.admin, id);
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
    expect(await verifyLog(servers[1], { from: undefined })).toMatchObject({ ok: true });
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
