import { webcrypto } from "node:crypto";
import type { Key, KeyId, Principal, Result, Role, UserId } from "@latchkey/core";

// Keys and principals to start from. `NOW` is the instant of every decision that names no other.

export const NOW = new Date("2026-03-04T05:06:07.089Z");

export const ADA: UserId = "user_01jn000000e00000000000000a";
export const BOB: UserId = "user_01jn000000e00000000000000b";
export const KEY: KeyId = "key_01jn000000e00000000000000c";
export const SUCCESSOR: KeyId = "key_01jn000000e00000000000000d";
export const ACTING_KEY: KeyId = "key_01jn000000e00000000000000e";

export const operator: Principal = { kind: "operator", userId: ADA, role: "admin" };

export function session(role: Role): Principal {
  return { kind: "session", userId: ADA, role, sessionId: "session_01jn000000e00000000000000f" };
}

export function actingKey(
  facts: {
    readonly role?: Role;
    readonly scopes?: readonly string[];
    readonly endsAt?: Date | null;
  } = {},
): Principal {
  return {
    kind: "key",
    userId: ADA,
    keyId: ACTING_KEY,
    role: "admin",
    scopes: ["*"],
    endsAt: null,
    ...facts,
  };
}

export function aKey(facts: Partial<Key> = {}): Key {
  return {
    id: KEY,
    ownerId: ADA,
    title: "Deploy",
    redacted: "sk_4fQa…9Zx1",
    scopes: ["orders:read"],
    createdAt: later(-1_000_000),
    createdBy: ADA,
    createdByKeyId: null,
    updatedAt: later(-1_000_000),
    revision: 1,
    expiresAt: null,
    revocation: null,
    rotatedFrom: null,
    ...facts,
  };
}

export function revokedFrom(at: Date): Partial<Key> {
  return { revocation: { at, by: BOB } };
}

/** `NOW` and so many milliseconds. */
export function later(milliseconds: number, than: Date = NOW): Date {
  return new Date(than.getTime() + milliseconds);
}

export function randomBytes(n: number): Uint8Array {
  return webcrypto.getRandomValues(new Uint8Array(n));
}

export function valueOf<Value>(result: Result<Value, unknown>): Value {
  if (!result.ok) throw new Error(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

/** The code of a failure, or "yes". */
export function verdictOf(result: Result<unknown, { readonly code: string }>): string {
  return result.ok ? "yes" : result.error.code;
}
