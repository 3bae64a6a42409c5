import type { KeyId, UserId } from "./ids.ts";
import { CachedRecord } from "./verification-cache.ts";
import type { VerificationRecord } from "./verify.ts";

/**
 * A record for caches of millions: a `Date` takes some 110 bytes, its number 16. Dates are made on access.
 */
export class CompactRecord extends CachedRecord implements VerificationRecord {
  readonly keyId: KeyId;
  readonly ownerId: UserId;
  readonly title: string;
  readonly scopes: readonly string[];
  readonly ownerDisabled: boolean;
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;

  constructor(record: VerificationRecord) {
    super();
    this.keyId = record.keyId;
    this.ownerId = record.ownerId;
    this.title = record.title;
    this.scopes = record.scopes;
    this.ownerDisabled = record.ownerDisabled;
    this.expiresAtMs = record.expiresAt?.getTime() ?? null;
    this.revokedAtMs = record.revokedAt?.getTime() ?? null;
  }

  get expiresAt(): Date | null {
    return this.expiresAtMs === null ? null : new Date(this.expiresAtMs);
  }

  get revokedAt(): Date | null {
    return this.revokedAtMs === null ? null : new Date(this.revokedAtMs);
  }
}
