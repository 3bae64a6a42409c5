import type {
  Actor,
  KeyId,
  KeyStatus,
  LatchkeyEvent,
  Role,
  SessionId,
  UnknownEvent,
  UserId,
} from "@latchkey/core";

// What goes over the wire: plain JSON, instants as ISO 8601 in UTC with milliseconds.

export type ApiKey = {
  id: KeyId;
  title: string;
  redacted: string;
  ownerId: UserId;
  scopes: string[];
  status: KeyStatus;
  createdAt: string;
  createdBy: UserId;
  /** The key that created it, if a key did. */
  createdByKeyId: KeyId | null;
  updatedAt: string;
  revision: number;
  expiresAt: string | null;
  /** May be in the future: then the key is active and its revocation is scheduled. */
  revokedAt: string | null;
  revokedBy: UserId | null;
  /** When it last was VALID, some seconds behind. */
  lastUsedAt: string | null;
  rotatedFrom: KeyId | null;
  rotatedTo: KeyId | null;
};

export type KeyPage = {
  items: ApiKey[];
  nextCursor: string | null;
  /** Exact up to 1,000; beyond that 1,000 with `totalIsCapped`. */
  total: number;
  totalIsCapped: boolean;
};

/** How a key was used, hour by hour, from `from` up to `to`: whole hours, the last of which is the current one. */
export type KeyUsage = {
  from: string;
  to: string;
  /** In order. Hours without use are left out. */
  items: {
    /** Its beginning. */
    hour: string;
    valid: number;
    refused: {
      REVOKED: number;
      EXPIRED: number;
      OWNER_DISABLED: number;
      INSUFFICIENT_SCOPE: number;
    };
  }[];
};

export type PrincipalInfo = {
  kind: "session" | "key" | "operator";
  userId: UserId;
  email: string;
  name: string;
  role: Role;
  keyId: KeyId | null;
  scopes: string[];
};

/** By its type; a newer server may send one that is unknown here. */
export type EventItem = (LatchkeyEvent | UnknownEvent) & {
  seq: number;
  at: string;
  actor: Actor;
  keyId: KeyId | null;
  userId: UserId | null;
};

export type EventPage = { items: EventItem[]; nextBefore: number | null };

/** That something about a key changed, or, without one, about all keys of a user. */
export type KeyFact = {
  seq: number;
  type: string;
  keyId: KeyId | null;
  ownerId: UserId | null;
};

/** What a watch delivers, in the order of the log. */
export type WatchItem =
  | ({ kind: "event"; ownerId: UserId | null } & EventItem)
  | ({ kind: "fact" } & KeyFact)
  /** Everything up to `seq` was delivered; by the database's clock it was `at`. */
  | { kind: "beat"; seq: number; at: string };

/** What a verifier needs to judge a token by itself, as it was after the event `seq`, at `at`. */
export type Resolved = {
  record: {
    keyId: KeyId;
    ownerId: UserId;
    title: string;
    scopes: string[];
    expiresAt: string | null;
    revokedAt: string | null;
    ownerDisabled: boolean;
  } | null;
  asOf: { seq: number; at: string };
};

/** What `audit head` prints and `audit verify --from-head` takes. `mac` is 64 hex digits. */
export type LogHead = { seq: number; mac: string };

/** How far a proof of the log has come that runs on the server which is asked. */
export type ProofProgress = { done: number; total: number };

export type LogProof = {
  ok: boolean;
  head: LogHead;
  /** The first event that was changed, removed or inserted. */
  firstBadSeq: number | null;
  /** If the log is intact: the first row that differs from it. An SSH key's id is its fingerprint. */
  firstBadRow: { kind: "user" | "sshKey" | "session" | "key"; id: string } | null;
};

export type Outcome =
  | {
      outcome: "VALID";
      keyId: KeyId;
      ownerId: UserId;
      title: string;
      scopes: string[];
      expiresAt: string | null;
    }
  | { outcome: "NOT_FOUND" | "OWNER_DISABLED" | "REVOKED" | "EXPIRED" | "INSUFFICIENT_SCOPE" };

export type User = {
  id: UserId;
  email: string;
  name: string;
  role: Role;
  disabled: boolean;
  createdAt: string;
};

export type SshKey = {
  /** As `ssh-keygen -l` prints it. */
  fingerprint: string;
  label: string;
  userId: UserId;
  createdAt: string;
  /** Who registered it: its user, or an admin. */
  addedBy: UserId;
  /** Whether its user has proven to have its private key. */
  proven: boolean;
  lastUsedAt: string | null;
};

export type Session = {
  id: SessionId;
  /** How it was started. */
  via: string;
  createdAt: string;
  lastSeenAt: string;
  /** Whether it is the caller's. */
  current: boolean;
};
