import {
  type Actor,
  type ChainedEvent,
  CompactRecord,
  type EventSubject,
  type Key,
  type KeyId,
  type KeySort,
  type KeyStatus,
  type LatchkeyEvent,
  type LoggedSession,
  type LoggedSshKey,
  type Principal,
  type SshKey,
  type User,
  type UserId,
  type VerificationRecord,
} from "@latchkey/core";
import type { KeyUseStore, UsedKey, UseRow } from "./key-uses.ts";
import type { SshKeyChangeStore, SshKeyStore } from "./ssh-key-store.ts";
import type { RowTampered } from "../faults/row-tampered.ts";
import type { UserChangeStore } from "./user-change-store.ts";
import type { UserStore } from "./user-store.ts";

// The port to storage: what the use cases need, in their words. One implementation, on Drizzle, for
// both engines. Everything here may throw `Outage`, and whatever gives power `RowTampered`.

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

export type EventQuery = {
  /** Only what is about this user's keys, or about this user; `null`: everything. */
  readonly visibleTo: UserId | null;
  readonly keyId: string | undefined;
  readonly actorId: string | undefined;
  readonly type: string | undefined;
  readonly before: number | undefined;
  readonly limit: number;
};

export type StoredEvent = ChainedEvent & { readonly mac: Uint8Array };
export type Head = { readonly seq: number; readonly mac: Uint8Array; readonly at: Date };
/** An event before it has its place in the chain. */
export type NewEvent = LatchkeyEvent & EventSubject;

/** What is known of a key that a presented token stands for, and of its owner. */
export class KnownKey extends CompactRecord implements UsedKey {
  readonly owner: User;
  countedIn: UseRow | null = null;

  constructor(record: VerificationRecord, owner: User) {
    super(record);
    this.owner = owner;
  }
}

/** How the log stood at a read: its last `seq`, and the database's clock, never before the head's. */
export type AsOf = { readonly seq: number; readonly at: Date };

/** Keys by their digests in hex, from one snapshot. */
export type FoundKeys = {
  readonly keys: ReadonlyMap<string, KnownKey | RowTampered>;
  readonly asOf: AsOf;
};

export type LogPage = { readonly events: readonly StoredEvent[]; readonly asOf: AsOf };

export type PastQuery = {
  readonly after: number;
  /** Only what is about this user's keys, or about this user; `null`: everything. */
  readonly visibleTo: UserId | null;
  readonly limit: number;
};

/** A row that power rests on. `isSealed`: its seal holds. */
type Stored<Facts> = { readonly facts: Facts; readonly isSealed: boolean };

export type StoredUser = {
  readonly user: User;
  readonly hasPassword: boolean;
  readonly passwordSetAt: Date | null;
};
type StoredSshKey = LoggedSshKey & Pick<SshKey, "fingerprint" | "userId">;
type StoredSession = LoggedSession & { readonly id: string; readonly userId: UserId };

type Pages<Item> = AsyncIterable<readonly Item[]>;

/** One state of the whole log and of all rows that power rests on, a page at a time: there may be millions. */
export type Snapshot = {
  readonly readHead: () => Promise<Head>;
  /** By `seq`. */
  readonly log: () => Pages<StoredEvent>;
  /** Those about keys, by key, then `seq`. */
  readonly keyEvents: () => Pages<StoredEvent>;
  /** Those about users and what lets them in, by user, then `seq`. */
  readonly userEvents: () => Pages<StoredEvent>;
  /** By id. */
  readonly keys: () => Pages<Stored<Key>>;
  /** By id. */
  readonly users: () => Pages<Stored<StoredUser>>;
  /** By user. */
  readonly sshKeys: () => Pages<Stored<StoredSshKey>>;
  /** By user. */
  readonly sessions: () => Pages<Stored<StoredSession>>;
};

/** Reads, each on its own. */
export type Store = UserStore &
  SshKeyStore &
  KeyUseStore & {
    /** The database's clock, in whole milliseconds, cut off rather than rounded. */
    now(): Promise<Date>;
    readKey(id: KeyId): Promise<KeyView | null>;
    listKeys(query: KeyQuery): Promise<{ items: KeyView[]; next: Position | null }>;
    /** How many match, counted up to `cap + 1`. */
    countKeys(query: KeyQuery, cap: number): Promise<number>;
    /** The keys that have these digests (hex). Ask through a `coalesce`: one at a time is slow. */
    findKeys(digests: readonly string[]): Promise<FoundKeys>;
    /** Events after a `seq`, in order, at most `limit`; with the head from the same snapshot. */
    readLogAfter(seq: number, limit: number): Promise<LogPage>;
    /** The same of what a user may see, for readers that may keep nobody else waiting. */
    readVisibleAfter(query: PastQuery): Promise<LogPage>;
    listEvents(query: EventQuery): Promise<StoredEvent[]>;
    readHead(): Promise<Head>;
    /** Throws `Outage` where a change would be refused. */
    probeWritable(): Promise<void>;
    /** What `work` reads of the log and the rows is one state of them. */
    inSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
    /**
     * One change: all or nothing. A deadlock or a serialization failure is tried again, a few times, so
     * `work` must not act on anything but `tx`.
     */
    change<T>(work: (tx: ChangeStore) => Promise<T>): Promise<T>;
  };

/** What a change may do, in this order: lock, take the instant, write, append. */
export type ChangeStore = UserChangeStore &
  SshKeyChangeStore & {
    /** Locks and reads again what the principal's power rests on; `null` when it is gone. */
    lockPrincipal(principal: Principal): Promise<Principal | null>;
    /** Locks keys in ascending id and reads them; absent ones are left out. */
    lockKeys(ids: readonly KeyId[]): Promise<Map<KeyId, Key>>;
    /** The last lock of all: the head of the log. */
    lockHead(): Promise<Head>;
    /** The instant of this change: the database's clock, but never before the head's. */
    instant(head: Head): Promise<Date>;
    insertKey(key: Key, digest: Uint8Array): Promise<void>;
    updateKey(key: Key): Promise<void>;
    deleteKey(id: KeyId): Promise<void>;
    readKey(id: KeyId): Promise<KeyView | null>;
    /** Appends to the chain, moves the head, and wakes the listeners at commit. */
    append(head: Head, at: Date, actor: Actor, events: readonly NewEvent[]): Promise<void>;
  };
