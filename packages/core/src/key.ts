import type { KeyId, UserId } from "./ids.ts";

// A key's stored facts, and the state that follows from them at an instant.

/** When a key was or will be revoked. `at` may be in the future: then it is scheduled. */
export type Revocation = { readonly at: Date; readonly by: UserId };

export type Key = {
  readonly id: KeyId;
  readonly ownerId: UserId;
  readonly title: string;
  readonly redacted: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly createdBy: UserId;
  /** The key that created it, if a key did. */
  readonly createdByKeyId: KeyId | null;
  readonly updatedAt: Date;
  /** Rises by one with every event of the key. Use doesn't change it. */
  readonly revision: number;
  readonly expiresAt: Date | null;
  readonly revocation: Revocation | null;
  readonly rotatedFrom: KeyId | null;
};

/** Derived, never stored. The instant of an end counts as ended; revoked wins over expired. */
export type KeyState<End = Revocation> =
  | { readonly status: "active" }
  | { readonly status: "scheduled"; readonly revocation: End }
  | { readonly status: "expired"; readonly expiresAt: Date }
  | { readonly status: "revoked"; readonly revocation: End };

/** The statuses of a list: a scheduled key is still active. */
export const keyStatuses = ["active", "expired", "revoked"] as const;
export type KeyStatus = (typeof keyStatuses)[number];

/** What a list of keys can be sorted by. */
export const keySorts = ["title", "createdAt", "updatedAt", "revokedAt", "expiresAt"] as const;
export type KeySort = (typeof keySorts)[number];

/** What ends a key: all that {@link stateAt} and the verification order look at. */
export type KeyEnds = Pick<Key, "expiresAt"> & {
  readonly revocation: { readonly at: Date } | null;
};

/** A key's state at an instant; at `revokedAt` and `expiresAt` themselves it has ended. Revoked wins over expired. */
export function stateAt<End extends { readonly at: Date } = Revocation>(
  { revocation, expiresAt }: Pick<Key, "expiresAt"> & { readonly revocation: End | null },
  now: Date,
): KeyState<End> {
  if (revocation !== null && revocation.at <= now) return { status: "revoked", revocation };
  if (expiresAt !== null && expiresAt <= now) return { status: "expired", expiresAt };
  if (revocation !== null) return { status: "scheduled", revocation };
  return { status: "active" };
}

/** The instant from which a key no longer works, as known now; `null` if none is set. */
export function endOf(key: KeyEnds): Date | null {
  const { revocation, expiresAt } = key;
  if (revocation === null || expiresAt === null) return revocation?.at ?? expiresAt;
  return revocation.at < expiresAt ? revocation.at : expiresAt;
}
