import {
  type Actor,
  type Change,
  type ChainedEvent,
  cancelRevocation,
  createKey,
  type Key,
  renameKey,
  replayKey,
  replayUser,
  revokeKey,
  rotateKey,
  type UserHistory,
} from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { ADA, BOB, KEY, later, NOW, operator, SUCCESSOR, valueOf } from "./given.ts";

const actor: Actor = { kind: "operator", userId: ADA, keyId: null, via: "local", address: null };

describe("a key", () => {
  const eventOf = ({ key, event }: Change, at: Date, seq: number): ChainedEvent =>
    // As it comes back from where it is stored.
    ({
      seq,
      at,
      type: event.type,
      data: JSON.parse(JSON.stringify(event.data)),
      actor,
      keyId: key.id,
      userId: null,
      ownerId: key.ownerId,
    });
  test("is after each of its events as the log says", () => {
    const at = (seconds: number) => ({ principal: operator, now: later(seconds * 1000, NOW) });
    const input = {
      id: KEY,
      redacted: "sk_4fQa…9Zx1",
      title: "Shop",
      scopes: ["a:b", "c:*"],
      expiresAt: later(86_400_000, NOW),
    };
    const transitions: ((key: Key, decision: ReturnType<typeof at>) => Change)[] = [
      (key, decision) => valueOf(renameKey(key, { title: "Store", revision: 1 }, decision)),
      (key, decision) => valueOf(revokeKey(key, { inSeconds: 60 }, decision)),
      (key, decision) => valueOf(revokeKey(key, { inSeconds: 30 }, decision)),
      (key, decision) => valueOf(cancelRevocation(key, decision)),
      (key, decision) => {
        const rotation = { id: SUCCESSOR, redacted: "sk_aaaa…bbbb", graceSeconds: 600 };
        return valueOf(rotateKey(key, rotation, decision)).previous;
      },
      (key, decision) => valueOf(revokeKey(key, { inSeconds: 0 }, decision)),
    ];
    let change = valueOf(createKey(input, at(0)));
    let observer = replayKey(null, eventOf(change, NOW, 1));
    expect(observer).toEqual(change.key);
    for (const [index, transition] of transitions.entries()) {
      const decision = at(index + 1);
      change = transition(change.key, decision);
      observer = replayKey(observer, eventOf(change, decision.now, index + 2));
      expect(observer).toEqual(change.key);
    }
    const event = { type: "key.deleted", data: { title: "Store", redacted: "" } } as const;
    expect(
      replayKey(observer, eventOf({ key: change.key, event }, later(9000, NOW), 9)),
    ).toBeNull();
  });

  test("that nobody created is none, and an event of an unknown type is no silence", () => {
    const renamed = { type: "key.renamed", data: { from: "a", to: "b" } } as const;
    const key = { ...valueOf(createKey(facts, { principal: operator, now: NOW })).key };
    expect(replayKey(null, eventOf({ key, event: renamed }, NOW, 1))).toBeNull();
    const unknown = { ...eventOf({ key, event: renamed }, NOW, 2), type: "key.polished" };
    expect(() => replayKey(key, unknown as ChainedEvent)).toThrow("key.polished");
  });

  const facts = {
    id: KEY,
    redacted: "sk_4fQa…9Zx1",
    title: "Shop",
    scopes: undefined,
    expiresAt: null,
  };
});

describe("a user", () => {
  let seq = 0;
  const tell = (
    before: UserHistory | null,
    type: string,
    data: object,
    by: string = ADA,
    seconds = 0,
  ): UserHistory => {
    seq += 1;
    const about = { keyId: null, userId: BOB, ownerId: BOB };
    const at = later(seconds * 1000, NOW);
    const who = { ...actor, userId: by as typeof ADA, via: "http" } as const;
    const event = { seq, at, type, data, actor: who, ...about } as unknown as ChainedEvent;
    return replayUser(before, event) as UserHistory;
  };
  const made = () =>
    tell(null, "user.created", { email: "bob@example.com", name: "Bob", role: "member" });
  const start = (before: UserHistory, sessionId: string, seconds = 1, more = {}) =>
    tell(before, "session.started", { sessionId, ...more }, BOB, seconds);
  const sessionsOf = ({ sessions }: UserHistory) => [...sessions.keys()];

  test("is what they were made, and what became of it", () => {
    let bob = made();
    expect(bob.user).toEqual({
      id: BOB,
      email: "bob@example.com",
      name: "Bob",
      role: "member",
      disabled: false,
      createdAt: NOW,
    });
    bob = tell(bob, "user.role_changed", { from: "member", to: "admin" });
    bob = tell(bob, "user.disabled", {});
    expect(bob.user).toMatchObject({ role: "admin", disabled: true });
    expect(tell(bob, "user.enabled", {}).user).toMatchObject({ disabled: false });
  });

  test("has the sessions that nothing has ended", () => {
    let bob = start(start(start(made(), "a"), "b"), "c", 1, { fingerprint: "SHA256:x" });
    bob = tell(bob, "session.ended", { sessionId: "a" });
    expect(sessionsOf(bob)).toEqual(["b", "c"]);
    bob = tell(bob, "ssh_key.removed", { fingerprint: "SHA256:x" });
    expect(sessionsOf(bob)).toEqual(["b"]);
    expect(sessionsOf(tell(bob, "user.disabled", {}))).toEqual([]);
  });

  test("keeps after a change of the password the session that made it, or none", () => {
    const two = () => start(start(made(), "a"), "b");
    const changed = (data: object, by: string) =>
      sessionsOf(tell(two(), "user.password_changed", data, by));
    expect(changed({ sessionKept: "b" }, BOB)).toEqual(["b"]);
    expect(changed({ sessionKept: null }, ADA)).toEqual([]);
    // Older programs did not say which.
    expect(changed({}, BOB)).toEqual(["a", "b"]);
    expect(changed({}, ADA)).toEqual([]);
  });

  test("who becomes or was a service has neither sessions nor a password", () => {
    for (const [from, to] of [
      ["member", "service"],
      ["service", "member"],
    ]) {
      const bob = tell(start(made(), "a"), "user.role_changed", { from, to });
      expect([sessionsOf(bob), bob.passwordSetAt]).toEqual([[], null]);
    }
  });

  test("has forgotten the sessions that have run out, however many there were", () => {
    let bob = made();
    const day = 86_400;
    for (let days = 0; days < 100; days += 1) bob = start(bob, `s${days}`, days * day);
    expect(sessionsOf(bob)).toEqual(Array.from({ length: 30 }, (_, at) => `s${at + 70}`));
  });

  test("has SSH keys by who added them, and proven or not", () => {
    const key = { fingerprint: "SHA256:x", label: "laptop" };
    let bob = tell(made(), "ssh_key.added", key, ADA, 5);
    const facts = { label: "laptop", createdAt: later(5000, NOW), addedBy: ADA };
    expect(bob.sshKeys.get("SHA256:x")).toEqual({ ...facts, proven: false });
    bob = tell(bob, "ssh_key.proven", key);
    expect(bob.sshKeys.get("SHA256:x")).toEqual({ ...facts, proven: true });
    expect(tell(bob, "ssh_key.removed", key).sshKeys.size).toBe(0);
  });
});
