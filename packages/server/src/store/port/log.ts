import type { Actor, ChainedEvent, EventSubject, LatchkeyEvent, UserId } from "@latchkey/core";

// The log: audit trail, outbox and change feed in one.

export type StoredEvent = ChainedEvent & { readonly mac: Uint8Array };
export type Head = { readonly seq: number; readonly mac: Uint8Array; readonly at: Date };
/** An event before it has its place in the chain. */
export type NewEvent = LatchkeyEvent & EventSubject;

/** The log at a read: its last `seq`, and the database's clock, never before the head's. */
export type AsOf = { readonly seq: number; readonly at: Date };

export type LogPage = { readonly events: readonly StoredEvent[]; readonly asOf: AsOf };

export type PastQuery = {
  readonly after: number;
  /** Only what is about this user's keys, or about this user; `null`: everything. */
  readonly visibleTo: UserId | null;
  readonly limit: number;
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

export type LogStore = {
  /** Events after a `seq`, in order, at most `limit`; with the head from the same snapshot. */
  readLogAfter(seq: number, limit: number): Promise<LogPage>;
  /** The same of what a user may see, for readers that must not delay others. */
  readVisibleAfter(query: PastQuery): Promise<LogPage>;
  listEvents(query: EventQuery): Promise<StoredEvent[]>;
  readHead(): Promise<Head>;
};

export type LogChanges = {
  /** The last lock of all: the head of the log. */
  lockHead(): Promise<Head>;
  /** The instant of this change: the database's clock, but never before the head's. */
  instant(head: Head): Promise<Date>;
  /** Appends to the chain, moves the head, and wakes the listeners at commit. */
  append(head: Head, at: Date, actor: Actor, events: readonly NewEvent[]): Promise<void>;
};

export type FollowObserver = {
  /** Something may have been appended. */
  readonly onWake: () => void;
  /** The connection was lost. Called once, unless it was closed from here. */
  readonly onLost: () => void;
};

/** A connection that is notified of changes to the log. */
export type LogLink = {
  /** Whether `onWake` is called for changes of other processes; otherwise the log must be polled. */
  readonly isWoken: boolean;
  /** Throws, or loses the connection, if it no longer works. */
  readonly check: () => Promise<void>;
  readonly close: () => void;
};
