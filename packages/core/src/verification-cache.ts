import { DigestTable } from "./digest-table.ts";

// Records of keys, kept near whoever checks tokens: what a record says is judged on each use, and a
// change to a key or its owner takes it out. Bounded in size and in how old its knowledge may be. It
// reads no clock: `at` is always an instant of one monotonic clock, in milliseconds.

/** Shared by all records of one user, so that a change to the user reaches all their keys in one step. */
type Owner = { isStale: boolean };

const NOBODY: Owner = { isStale: true };

/**
 * What can be kept, by one cache alone. That one writes its notes on the record itself: an object of its
 * own for them would be one more that each hit has to fetch from far memory.
 */
export abstract class CachedRecord {
  /** By these it is found again when something about it changes. */
  abstract readonly keyId: string;
  abstract readonly ownerId: string;
  #owner: Owner = NOBODY;
  #readAt = 0;

  static note(record: CachedRecord, owner: Owner, readAt: number): void {
    record.#owner = owner;
    // Whole numbers take no memory of their own.
    record.#readAt = Math.floor(readAt);
  }

  static readAt(record: CachedRecord): number {
    return record.#readAt;
  }

  static spoil(record: CachedRecord): void {
    record.#owner = NOBODY;
  }

  static isStale(record: CachedRecord): boolean {
    return record.#owner.isStale;
  }
}

export type CacheBounds = {
  /** How many records are kept at most. About 400 bytes each. */
  readonly maxRecords: number;
  /** How many digests are remembered at most as belonging to no key. */
  readonly maxUnknown: number;
  /** How old what is known may be at most, in milliseconds: from its read, or from the last `confirm`. */
  readonly maxStaleMs: number;
};

/** A read that is under way: what changes from here on may be missing in its answer. */
export type Fill = { readonly generation: number; readonly at: number };

/** What a change concerns: one key, all keys of a user, or no key at all. */
export type CacheChange = {
  readonly seq: number;
  readonly keyId: string | null;
  readonly ownerId: string | null;
  /** Whether it brought a key into being, so that what was unknown may be known now. */
  readonly isNewKey: boolean;
};

/** Events about a user that say nothing of what their keys may do. */
const KEEPS_KEYS = /^(?:session\.|ssh_key\.|user\.(?:created|password_changed)$)/;

/** What an event of the log means for cached records; `null` where nothing. */
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

/** How many of the latest changes a fill is held against; one older than them all is not kept. */
const REMEMBERED_CHANGES = 10_000;

export type VerificationCache<Record extends CachedRecord> = {
  /** The record; `null` where there is known to be none; `undefined` where it must be read. */
  readonly find: (name: string, at: number) => Record | null | undefined;
  /** Call it before a read, and hand its value to `store` with the answer. */
  readonly begin: (at: number) => Fill;
  /**
   * Keeps what was read, unless something that concerns it has changed since.
   *
   * @param name as `cacheName` gives it
   * @param asOf the log's `seq` of the read, from the same snapshot
   * @returns whether the answer is as new as everything that is known here
   */
  readonly store: (fill: Fill, name: string, record: Record | null, asOf: number) => boolean;
  readonly apply: (change: CacheChange) => void;
  /** All changes that were made before `at` have been applied. */
  readonly confirm: (at: number) => void;
  /** Forgets everything, and drops what is being read. */
  readonly flush: () => void;
  /** How many records and how many unknown digests are kept. */
  readonly size: () => { readonly records: number; readonly unknown: number };
};

/** A half of what is kept. A record that is taken out lies in `records` still, and is stale. */
type Half<Record extends CachedRecord> = {
  readonly records: DigestTable<Record>;
  readonly byKey: Map<string, Record>;
  readonly owners: Map<string, Owner>;
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
  // Two halves instead of a queue by last use: what is used moves to the young half, and when that is
  // full the old one is dropped whole. A hit in the young half then costs one look and no write.
  let young: Half<Record> = emptyHalf();
  let old: Half<Record> = emptyHalf();
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

  const remove = (half: Half<Record>, record: Record) => {
    // What is stale already may have a successor there.
    if (half.byKey.get(record.keyId) === record) half.byKey.delete(record.keyId);
    CachedRecord.spoil(record);
  };

  const put = (name: string, record: Record, readAt: number) => {
    if (young.records.size >= Math.ceil(maxRecords / 2)) {
      old = young;
      young = emptyHalf();
    }
    let owner = young.owners.get(record.ownerId);
    if (owner === undefined) {
      owner = { isStale: false };
      young.owners.set(record.ownerId, owner);
    }
    CachedRecord.note(record, owner, readAt);
    young.records.set(name, record);
    young.byKey.set(record.keyId, record);
  };

  const evictKey = (keyId: string) => {
    for (const half of [young, old]) {
      const record = half.byKey.get(keyId);
      if (record !== undefined) remove(half, record);
    }
  };

  const evictOwner = (ownerId: string) => {
    for (const { owners } of [young, old]) {
      const owner = owners.get(ownerId);
      if (owner !== undefined) owner.isStale = true;
      owners.delete(ownerId);
    }
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
      let half = young;
      let record = young.records.get(name);
      if (record === undefined) {
        half = old;
        record = old.records.get(name);
        if (record === undefined) return findUnknown(name, at);
      }
      const readAt = CachedRecord.readAt(record);
      if (CachedRecord.isStale(record) || isTooOld(readAt, at)) {
        remove(half, record);
        return findUnknown(name, at);
      }
      if (half === old) {
        remove(old, record);
        put(name, record, readAt);
      }
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
      young = emptyHalf();
      old = emptyHalf();
      unknownYoung = new Map();
      unknownOld = new Map();
      // What is read from here on has seen all that was applied; and a log that was cut counts anew.
      changes.clear();
      forgottenSeq = 0;
      newestKeySeq = 0;
    },

    size: () => ({
      records: young.byKey.size + old.byKey.size,
      unknown: unknownYoung.size + unknownOld.size,
    }),
  };
}

function emptyHalf<Record extends CachedRecord>(): Half<Record> {
  return { records: new DigestTable(), byKey: new Map(), owners: new Map() };
}
