import type {
  Key,
  KeyId,
  KeySort,
  KeyStatus,
  User,
  UserId,
  VerificationRecord,
} from "@latchkey/core";
import type { RowTampered } from "../../faults/row-tampered.ts";
import type { AsOf } from "./log.ts";

/** A key with what is stored or derived beside its facts. */
export type KeyView = {
  readonly key: Key;
  readonly lastUsedAt: Date | null;
  readonly rotatedTo: KeyId | null;
};

/** `[from, to)`. */
type Range = { readonly from?: Date | undefined; readonly to?: Date | undefined };
/** The sort value and id of the last row of a page. */
export type Position = { readonly value: string | null; readonly id: string };

export type KeyQuery = {
  /** `null`: everybody's. */
  readonly ownerId: UserId | null;
  readonly search: string | undefined;
  readonly status: KeyStatus | undefined;
  readonly created: Range;
  readonly updated: Range;
  readonly revoked: Range;
  readonly lastUsedBefore: Date | undefined;
  readonly sort: KeySort;
  readonly order: "asc" | "desc";
  readonly after: Position | null;
  readonly limit: number;
  readonly now: Date;
};

/** A key that has a digest, with its owner. */
export type FoundKey = { readonly record: VerificationRecord; readonly owner: User };

/** Keys by their digests in hex, from one snapshot. */
export type FoundKeys = {
  readonly keys: ReadonlyMap<string, FoundKey | RowTampered>;
  readonly asOf: AsOf;
};

export type KeyStore = {
  readKey(id: KeyId): Promise<KeyView | null>;
  listKeys(query: KeyQuery): Promise<{ items: KeyView[]; next: Position | null }>;
  /** How many match, counted up to `cap + 1`. */
  countKeys(query: KeyQuery, cap: number): Promise<number>;
  /** The keys that have these digests (hex). Ask through a `coalesce`: one at a time is slow. */
  findKeys(digests: readonly string[]): Promise<FoundKeys>;
};

export type KeyChanges = {
  /** Locks keys in ascending id and reads them; absent ones are left out. */
  lockKeys(ids: readonly KeyId[]): Promise<Map<KeyId, KeyView>>;
  insertKey(key: Key, digest: Uint8Array): Promise<void>;
  updateKey(key: Key): Promise<void>;
  deleteKey(id: KeyId): Promise<void>;
};
