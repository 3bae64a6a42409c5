import type { Key, LoggedSession, LoggedSshKey, SshKey, User, UserId } from "@latchkey/core";
import type { Head, StoredEvent } from "./log.ts";

/** A row that power depends on. `isSealed`: its MAC matches. */
type Stored<Facts> = { readonly facts: Facts; readonly isSealed: boolean };

export type StoredUser = {
  readonly user: User;
  readonly hasPassword: boolean;
  readonly passwordSetAt: Date | null;
};
type StoredSshKey = LoggedSshKey & Pick<SshKey, "fingerprint" | "userId">;
type StoredSession = LoggedSession & { readonly id: string; readonly userId: UserId };

type Pages<Item> = AsyncIterable<readonly Item[]>;

/** One snapshot of the whole log and of all rows that power depends on, a page at a time: there may be millions. */
export type Snapshot = {
  readonly readHead: () => Promise<Head>;
  /** By `seq`. */
  readonly log: () => Pages<StoredEvent>;
  /** Those about keys, by key, then `seq`. */
  readonly keyEvents: () => Pages<StoredEvent>;
  /** Those about users, their sessions and SSH keys, by user, then `seq`. */
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
