import {
  type Change,
  cancelRevocation,
  createKey,
  type DomainError,
  deleteKey,
  type Key,
  type KeyId,
  type Result,
  renameKey,
  revokeKey,
  rotateKey,
  stateAt,
} from "@latchkey/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aKey, KEY, later, NOW, operator, valueOf } from "./given.ts";

// Any sequence of commands, against a model that says the rules once more in plain numbers.

type Command =
  | { readonly do: "wait"; readonly milliseconds: number }
  | { readonly do: "wait until the next end"; readonly milliseconds: -1 | 0 | 1 }
  | { readonly do: "create"; readonly expiresInSeconds: number | null }
  | { readonly do: "rename"; readonly on: number; readonly revision: "none" | "right" | "old" }
  | { readonly do: "revoke"; readonly on: number; readonly inSeconds: number }
  | { readonly do: "cancel"; readonly on: number }
  | { readonly do: "rotate"; readonly on: number; readonly graceSeconds: number }
  | { readonly do: "delete"; readonly on: number };

/** A key as the model sees it, in milliseconds from the start. */
type Model = {
  expiresAt: number | null;
  revokedAt: number | null;
  revision: number;
  isDeleted: boolean;
};

const on = fc.nat({ max: 5 });
const seconds = fc.constantFrom(0, 1, 2, 5, 60);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: fc.constant("wait" as const), milliseconds: fc.nat({ max: 5000 }) }),
  fc.record({
    do: fc.constant("wait until the next end" as const),
    milliseconds: fc.constantFrom(-1 as const, 0 as const, 1 as const),
  }),
  fc.record({
    do: fc.constant("create" as const),
    expiresInSeconds: fc.option(fc.constantFrom(1, 3, 30)),
  }),
  fc.record({
    do: fc.constant("rename" as const),
    on,
    revision: fc.constantFrom("none" as const, "right" as const, "old" as const),
  }),
  fc.record({ do: fc.constant("revoke" as const), on, inSeconds: seconds }),
  fc.record({ do: fc.constant("cancel" as const), on }),
  fc.record({ do: fc.constant("rotate" as const), on, graceSeconds: seconds }),
  fc.record({ do: fc.constant("delete" as const), on }),
);

function statusOf(model: Model, now: number): "active" | "scheduled" | "expired" | "revoked" {
  if (model.revokedAt !== null && model.revokedAt <= now) return "revoked";
  if (model.expiresAt !== null && model.expiresAt <= now) return "expired";
  return model.revokedAt === null ? "active" : "scheduled";
}

const refusal = {
  revoked: "KEY_ALREADY_REVOKED",
  expired: "KEY_EXPIRED",
  scheduled: "KEY_REVOCATION_SCHEDULED",
  active: "REVOCATION_NOT_SCHEDULED",
} as const;

/** What a command must answer, by the table of a key's life. */
function expected(command: Command & { on: number }, model: Model, now: number): string {
  const status = statusOf(model, now);
  switch (command.do) {
    case "rename":
      return command.revision === "old" ? "CONFLICT" : "yes";
    case "revoke":
      if (status === "expired" && command.inSeconds > 0) return refusal.expired;
      return status === "revoked" ? refusal.revoked : "yes";
    case "cancel":
      return status === "scheduled" ? "yes" : refusal[status];
    case "rotate":
      return status === "active" ? "yes" : refusal[status];
    case "delete":
      return status === "revoked" ? "yes" : "KEY_NOT_REVOKED";
    default:
      throw new Error(`${command.do} is not about a key`);
  }
}

test("whatever is done in whatever order, nothing leaves revoked but by deletion", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(command, { minLength: 5, maxLength: 40, size: "max" }), (commands) => {
      run(commands, (what) => seen.set(what, (seen.get(what) ?? 0) + 1));
    }),
    { numRuns: 1000 },
  );
  // Each refusal and each success really came up, or this test shows nothing.
  const cells = ["rename yes", "rename CONFLICT", "revoke yes", "revoke KEY_ALREADY_REVOKED"];
  cells.push(
    "revoke KEY_EXPIRED",
    "cancel yes",
    "cancel KEY_EXPIRED",
    "cancel KEY_ALREADY_REVOKED",
  );
  cells.push("cancel REVOCATION_NOT_SCHEDULED", "rotate yes", "rotate KEY_EXPIRED");
  cells.push("rotate KEY_REVOCATION_SCHEDULED", "rotate KEY_ALREADY_REVOKED");
  cells.push("delete yes", "delete KEY_NOT_REVOKED");
  for (const cell of cells) expect(seen.get(cell) ?? 0, cell).toBeGreaterThan(50);
});

function run(commands: readonly Command[], saw: (what: string) => void): void {
  let now = 0;
  const keys: { key: Key; model: Model }[] = [];
  const revokedOnce = new Set<KeyId>();
  let events = 0;

  const add = (change: Change, expiresAt: number | null) => {
    const model = { expiresAt, revokedAt: null, revision: 1, isDeleted: false };
    keys.push({ key: change.key, model });
    expect(change.event.type).toBe("key.created");
    events += 1;
  };
  const newId = (): KeyId => `${KEY.slice(0, -2)}${String(keys.length).padStart(2, "0")}` as KeyId;

  for (const command of commands) {
    const decision = { principal: operator, now: later(now) };
    switch (command.do) {
      case "wait":
        now += command.milliseconds;
        break;
      case "wait until the next end": {
        const ends = keys.flatMap(({ model }) => [model.expiresAt ?? 0, model.revokedAt ?? 0]);
        const ahead = ends.filter((end) => end + command.milliseconds > now);
        if (ahead.length > 0) now = Math.min(...ahead) + command.milliseconds;
        break;
      }
      case "create": {
        if (keys.length >= 6) break;
        const { expiresInSeconds } = command;
        const expiresAt = expiresInSeconds === null ? null : now + expiresInSeconds * 1000;
        const facts = { id: newId(), redacted: "sk_AAAA…BBBB", title: "t", scopes: undefined };
        const input = { ...facts, expiresAt: expiresAt === null ? null : later(expiresAt) };
        add(valueOf(createKey(input, decision)), expiresAt);
        break;
      }
      default: {
        const entry = keys[command.on % keys.length];
        if (entry === undefined || entry.model.isDeleted) break;
        const { key, model } = entry;
        const answer = expected(command, model, now);
        saw(`${command.do} ${answer}`);
        const outcome = apply(command, key);
        expect(outcome.ok ? "yes" : outcome.error.code).toBe(answer);
        if (!outcome.ok) break;
        model.revision += 1;
        change(command, model);
        if (outcome.value === null) break;
        expect(outcome.value.key.updatedAt).toEqual(later(now));
        entry.key = outcome.value.key;
        events += 1;
      }
    }
    for (const { key, model } of keys) agree(key, model);
    expect(keys.reduce((sum, { key }) => sum + key.revision, 0)).toBe(events);
  }

  function apply(command: Command, key: Key): Result<Change | null, DomainError> {
    const decision = { principal: operator, now: later(now) };
    switch (command.do) {
      case "rename": {
        const revisions = { none: undefined, right: key.revision, old: key.revision - 1 };
        return renameKey(key, { title: "u", revision: revisions[command.revision] }, decision);
      }
      case "revoke":
        return revokeKey(key, { inSeconds: command.inSeconds }, decision);
      case "cancel":
        return cancelRevocation(key, decision);
      case "rotate": {
        const { graceSeconds } = command;
        const input = { id: newId(), redacted: "sk_CCCC…DDDD", graceSeconds };
        const rotated = rotateKey(key, input, decision);
        if (!rotated.ok) return rotated;
        const { previous, successor } = rotated.value;
        add(successor, key.expiresAt === null ? null : key.expiresAt.getTime() - NOW.getTime());
        expect(successor.key.rotatedFrom).toBe(key.id);
        return { ok: true, value: previous };
      }
      case "delete": {
        const deleted = deleteKey(key, decision);
        return deleted.ok ? { ok: true, value: null } : deleted;
      }
      default:
        throw new Error(`${command.do} is not about a key`);
    }
  }

  function change(command: Command, model: Model): void {
    if (command.do === "revoke") model.revokedAt = now + command.inSeconds * 1000;
    if (command.do === "cancel") model.revokedAt = null;
    if (command.do === "delete") model.isDeleted = true;
    if (command.do === "rotate") {
      const end = now + command.graceSeconds * 1000;
      model.revokedAt = Math.min(end, model.expiresAt ?? end);
    }
  }

  function agree(key: Key, model: Model): void {
    if (model.isDeleted) return;
    expect(stateAt(key, later(now)).status).toBe(statusOf(model, now));
    expect(key.revision).toBe(model.revision);
    if (revokedOnce.has(key.id)) expect(stateAt(key, later(now)).status).toBe("revoked");
    if (stateAt(key, later(now)).status === "revoked") revokedOnce.add(key.id);
  }
}

test("a key's revision counts its events", () => {
  let key = aKey();
  const decision = { principal: operator, now: NOW };
  key = valueOf(renameKey(key, { title: "a", revision: 1 }, decision)).key;
  key = valueOf(renameKey(key, { title: "a", revision: 2 }, decision)).key;
  key = valueOf(revokeKey(key, { inSeconds: 60 }, decision)).key;
  key = valueOf(cancelRevocation(key, decision)).key;
  key = valueOf(revokeKey(key, { inSeconds: 0 }, decision)).key;
  key = valueOf(renameKey(key, { title: "b", revision: 6 }, decision)).key;
  expect(key.revision).toBe(7);
});
