import { DigestTable } from "./digest-table.ts";

// A cache of records of keys for checks: a record is judged on each use, and a change to a key or its owner
// evicts it. Bounded in size and in staleness. It reads no clock: `at` is always an instant of one
// monotonic clock, in milliseconds.

/** Shared by all records of one user, so that a change to the user reaches all their keys in one step. */
type Owner = { isStale: boolean; records: number };

const NOBODY: Owner = { isStale: true, records: 0 };

/**
 * What can be kept, by one cache only. The cache keeps its own fields on the record itself: a separate object
 * would be one more that each hit has to fetch from distant memory.
 */
export abstract class CachedRecord {
  /** What a change finds it by. */
  abstract readonly keyId: string;
  abstract readonly ownerId: string;
  #owner: Owner = NOBODY;
  #readAt = 0;
  #isUsed = false;

  static note(record: CachedRecord, owner: Owner, readAt: number): void {
    owner.records += 1;
    record.#owner = owner;
    // Whole numbers take no memory of their own.
    record.#readAt = Math.floor(readAt);
    record.#isUsed = false;
  }

  static readAt(record: CachedRecord): number {
    return record.#readAt;
  }

  /** @returns its owner */
  static spoil(record: CachedRecord): Owner {
    const owner = record.#owner;
    record.#owner = NOBODY;
    return owner;
  }

  static isStale(record: CachedRecord): boolean {
    return record.#owner.isStale;
  }

  static use(record: CachedRecord): void {
    if (!record.#isUsed) record.#isUsed = true;
  }

  /** Whether it was used since the last call. */
  static wasUsed(record: CachedRecord): boolean {
    const wasUsed = record.#isUsed;
    record.#isUsed = false;
    return wasUsed;
  }
}

export type CacheBounds = {
  /** How many records are kept at most. About 400 bytes each. */
  readonly maxRecords: number;
  /** How many digests of unknown tokens are remembered at most. */
  readonly maxUnknown: number;
  /** The greatest age of a record, in milliseconds: since its read, or since the last `confirm`. */
  readonly maxStaleMs: number;
};

/** A read that is under way: changes from here on may be missing in its result. */
export type Fill = { readonly generation: number; readonly at: number };

/** What a change concerns: one key, all keys of a user, or no key at all. */
export type CacheChange = {
  readonly seq: number;
  readonly keyId: string | null;
  readonly ownerId: string | null;
  /** Whether it created a key, so that an unknown digest may be known now. */
  readonly isNewKey: boolean;
};

/** Events about a user that don't concern their keys. */
const KEEPS_KEYS = /^(?:session\.|ssh_key\.|user\.(?:created|password_changed)$)/;

/** What an event of the log means for cached records; `null` if nothing. */
export function cacheChangeOf(event: {
  readonly seq: number;
  readonly type: string;
  readonly keyId: string | null;
  readonly ownerId: string | null;
}): CacheChange | null {
  const { seq, type, keyId, ownerId } = event;
  // A type that is not known here, of a newer server, counts as a change.
  if (keyId === null && KEEPS_KEYS.test(type)) return null;
  return { seq, keyId, ownerId, isNewKey: type === "key.created" };
}

/** How many of the latest changes a fill is compared with; a fill older than them all is not kept. */
const REMEMBERED_CHANGES = 10_000;

/** How many are spared in a row, so that an insertion never scans the whole cache. */
const MOST_CHANCES = 100;

export type VerificationCache<Record extends CachedRecord> = {
  /** The record; `null` if there is known to be none; `undefined` if it must be read. */
  readonly find: (name: string, at: number) => Record | null | undefined;
  /** Call it before a read, and pass its value to `store` with the result. */
  readonly begin: (at: number) => Fill;
  /**
   * Keeps what was read, unless something that concerns it has changed since.
   *
   * @param name from `cacheName`
   * @param asOf the log's `seq` of the read, from the same snapshot
   * @returns whether the result is as new as all changes applied here
   */
  readonly store: (fill: Fill, name: string, record: Record | null, asOf: number) => boolean;
  readonly apply: (change: CacheChange) => void;
  /** All changes that were made before `at` have been applied. */
  readonly confirm: (at: number) => void;
  /** Empties the cache, and discards reads under way. */
  readonly flush: () => void;
  /** How many records and how many unknown digests are kept. */
  readonly size: () => { readonly records: number; readonly unknown: number };
};

/**
 * @example
 * const fill = cache.begin(monotonicNow);
 * const { record, asOf } = await read(token);
 * cache.store(fill, sha256(token), record, asOf);
 */
export function verificationCache<Record extends CachedRecord>({
  maxRecords,
  maxUnknown,
  maxStaleMs,
}: CacheBounds): VerificationCache<Record> {
  // A record that is removed from `byKey` is still in `records`, and is stale.
  let records = new DigestTable<Record>();
  let byKey = new Map<string, Record>();
  let owners = new Map<string, Owner>();
  // Two halves instead of a queue: when the young one is full, the old one is dropped whole.
  let unknownYoung = new Map<string, number>();
  let unknownOld = new Map<string, number>();

  let generation = 0;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  /** The latest change to each key or user, the oldest first. */
  const changes = new Map<string, number>();
  /** Changes up to here may be missing in `changes`. */
  let forgottenSeq = 0;
  let newestKeySeq = 0;

  const isTooOld = (readAt: number, at: number) => Math.max(readAt, confirmedAt) < at - maxStaleMs;

  const remove = (record: Record) => {
    // What is stale already may have a successor there.
    if (byKey.get(record.keyId) === record) byKey.delete(record.keyId);
    const owner = CachedRecord.spoil(record);
    owner.records -= 1;
    if (owner.records === 0 && owners.get(record.ownerId) === owner) owners.delete(record.ownerId);
  };

  /** A record that was used since the last scan gets another chance (CLOCK): LRU would write on each hit. */
  const makeRoom = () => {
    let chances = MOST_CHANCES;
    const gone = records.takeOut((record) => {
      if (CachedRecord.isStale(record) || !CachedRecord.wasUsed(record)) return false;
      chances -= 1;
      return chances >= 0;
    });
    if (gone !== undefined) remove(gone);
  };

  const put = (name: string, record: Record, readAt: number) => {
    if (records.size >= maxRecords && records.get(name) === undefined) makeRoom();
    let owner = owners.get(record.ownerId);
    if (owner === undefined) {
      owner = { isStale: false, records: 0 };
      owners.set(record.ownerId, owner);
    }
    CachedRecord.note(record, owner, readAt);
    byKey.set(record.keyId, record);
    const before = records.set(name, record);
    // Two concurrent reads return the same one.
    if (before !== undefined && before !== record) remove(before);
  };

  const evictKey = (keyId: string) => {
    const record = byKey.get(keyId);
    if (record !== undefined) remove(record);
  };

  const evictOwner = (ownerId: string) => {
    const owner = owners.get(ownerId);
    if (owner !== undefined) owner.isStale = true;
    owners.delete(ownerId);
  };

  const remember = (id: string, seq: number) => {
    changes.delete(id);
    changes.set(id, seq);
    if (changes.size <= REMEMBERED_CHANGES) return;
    const [oldest] = changes;
    if (oldest === undefined) return;
    changes.delete(oldest[0]);
    forgottenSeq = Math.max(forgottenSeq, oldest[1]);
  };

  const isOutdated = (record: Record | null, asOf: number): boolean => {
    if (asOf < forgottenSeq) return true;
    if (record === null) return asOf < newestKeySeq;
    return asOf < (changes.get(record.keyId) ?? 0) || asOf < (changes.get(record.ownerId) ?? 0);
  };

  const findUnknown = (name: string, at: number): null | undefined => {
    const readAt = unknownYoung.get(name) ?? unknownOld.get(name);
    if (readAt === undefined || isTooOld(readAt, at)) return undefined;
    return null;
  };

  return {
    find(name, at) {
      const record = records.get(name);
      if (record === undefined) return findUnknown(name, at);
      if (CachedRecord.isStale(record) || isTooOld(CachedRecord.readAt(record), at)) {
        remove(record);
        return findUnknown(name, at);
      }
      CachedRecord.use(record);
      return record;
    },

    begin: (at) => ({ generation, at }),

    store(fill, name, record, asOf) {
      if (isOutdated(record, asOf)) return false;
      if (fill.generation !== generation) return true;
      if (record === null) {
        if (unknownYoung.size >= Math.ceil(maxUnknown / 2)) {
          unknownOld = unknownYoung;
          unknownYoung = new Map();
        }
        unknownYoung.set(name, fill.at);
        return true;
      }
      evictKey(record.keyId);
      put(name, record, fill.at);
      return true;
    },

    apply({ seq, keyId, ownerId, isNewKey }) {
      if (isNewKey) {
        newestKeySeq = Math.max(newestKeySeq, seq);
        unknownYoung.clear();
        unknownOld.clear();
      }
      const id = keyId ?? ownerId;
      if (id === null) return;
      remember(id, Math.max(seq, changes.get(id) ?? 0));
      if (keyId === null) evictOwner(id);
      else evictKey(keyId);
    },

    confirm(at) {
      confirmedAt = Math.max(confirmedAt, at);
    },

    flush() {
      generation += 1;
      records = new DigestTable();
      byKey = new Map();
      owners = new Map();
      unknownYoung = new Map();
      unknownOld = new Map();
      // Reads from here on include all applied changes; and a truncated log counts from its new head.
      changes.clear();
      forgottenSeq = 0;
      newestKeySeq = 0;
    },

    size: () => ({
      records: byKey.size,
      unknown: unknownYoung.size + unknownOld.size,
    }),
  };
}
