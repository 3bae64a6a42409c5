import type { KeyId, UserId } from "./ids.ts";
import { coversAll } from "./scope.ts";

// Whether a presented token is valid. One outcome, in a fixed order, from one record.

/** What verification needs to know of a key. A record, never an outcome: it is judged on each use. */
export type VerificationRecord = {
  readonly keyId: KeyId;
  readonly ownerId: UserId;
  readonly title: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly ownerDisabled: boolean;
};

export type VerifyOutcome =
  | {
      readonly outcome: "VALID";
      readonly keyId: KeyId;
      readonly ownerId: UserId;
      readonly title: string;
      readonly scopes: readonly string[];
      readonly expiresAt: Date | null;
    }
  | {
      readonly outcome:
        | "NOT_FOUND"
        | "OWNER_DISABLED"
        | "REVOKED"
        | "EXPIRED"
        | "INSUFFICIENT_SCOPE";
    };

/**
 * The outcome for a record, or for none (`null`: no token, unknown, or deleted).
 *
 * @param requiredScopes as accepted by `parseRequiredScopes`
 * @example
 * judge(null, [], now); // { outcome: "NOT_FOUND" }
 * judge(record, ["orders:read"], now); // { outcome: "VALID", keyId, ownerId, title, scopes, expiresAt }
 */
export function judge(
  record: VerificationRecord | null,
  requiredScopes: readonly string[],
  now: Date,
): VerifyOutcome {
  if (record === null) return { outcome: "NOT_FOUND" };
  if (record.ownerDisabled) return { outcome: "OWNER_DISABLED" };
  if (isReached(record.revokedAt, now)) return { outcome: "REVOKED" };
  // Once, since a compact record makes a date of it each time.
  const { keyId, ownerId, title, scopes, expiresAt } = record;
  if (isReached(expiresAt, now)) return { outcome: "EXPIRED" };
  if (!coversAll(scopes, requiredScopes)) return { outcome: "INSUFFICIENT_SCOPE" };
  return { outcome: "VALID", keyId, ownerId, title, scopes, expiresAt };
}

/** By their numbers: two dates are compared in ten times the time. */
function isReached(end: Date | null, now: Date): boolean {
  return end !== null && end.getTime() <= now.getTime();
}
