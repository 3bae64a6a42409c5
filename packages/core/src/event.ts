import type { KeyId, UserId } from "./ids.ts";
import type { Role } from "./principal.ts";

// What happened, in the past tense. Each change writes its events in its own transaction.

/** The person or part that acted, and from where. */
export type Actor = {
  readonly kind: "operator" | "session" | "key" | "system";
  readonly userId: UserId | null;
  /** The key that acted, if one did. */
  readonly keyId: KeyId | null;
  /** How the request came: by the local socket, inside the process, by HTTP or SSH. */
  readonly via: "local" | "process" | "http" | "ssh";
  /** The network address, if there is one. */
  readonly address: string | null;
};

/**
 * `data` says what the key was called, so that the log can be read when it is gone. Instants inside are
 * ISO 8601 strings, since `data` is stored and chained as JSON.
 */
export type KeyEvent =
  | {
      readonly type: "key.created";
      readonly data: {
        readonly title: string;
        readonly redacted: string;
        readonly ownerId: UserId;
        readonly scopes: readonly string[];
        readonly expiresAt: string | null;
        readonly rotatedFrom: KeyId | null;
      };
    }
  | { readonly type: "key.renamed"; readonly data: { readonly from: string; readonly to: string } }
  | {
      readonly type: "key.revoked";
      /** `wasScheduledFor` if it was brought forward. */
      readonly data: { readonly title: string; readonly wasScheduledFor: string | null };
    }
  | {
      readonly type: "key.revocation_scheduled";
      readonly data: {
        readonly title: string;
        readonly revokedAt: string;
        readonly wasScheduledFor: string | null;
      };
    }
  | {
      readonly type: "key.revocation_canceled";
      readonly data: { readonly title: string; readonly wasScheduledFor: string };
    }
  | {
      readonly type: "key.rotated";
      readonly data: {
        readonly title: string;
        readonly rotatedTo: KeyId;
        readonly revokedAt: string;
      };
    }
  | {
      readonly type: "key.deleted";
      readonly data: { readonly title: string; readonly redacted: string };
    };

export type UserEvent =
  | {
      readonly type: "user.created";
      readonly data: { readonly email: string; readonly name: string; readonly role: Role };
    }
  | { readonly type: "user.disabled" | "user.enabled"; readonly data: { readonly email: string } }
  | {
      readonly type: "user.role_changed";
      readonly data: { readonly email: string; readonly from: Role; readonly to: Role };
    }
  | {
      readonly type: "user.password_changed";
      /** How many of the user's sessions it ended, and which one it did not. Older events don't say which. */
      readonly data: {
        readonly email: string;
        readonly sessionsEnded: number;
        readonly sessionKept?: string | null;
      };
    };

/** Sessions are started and ended explicitly; those that expire end without an event. */
export type SessionEvent = {
  readonly type: "session.started" | "session.ended";
  readonly data: {
    readonly sessionId: string;
    readonly email: string;
    /** Of the public key, if one started it. */
    readonly fingerprint?: string;
  };
};

/** A public key by which a user signs in over SSH. */
type SshKeyFacts = {
  readonly fingerprint: string;
  readonly label: string;
  readonly email: string;
};
export type SshKeyEvent =
  | {
      readonly type: "ssh_key.added";
      /**
       * `takenFrom`: the email of the user it was registered for before, without proof. Older versions had no
       * proof, and no such field.
       */
      readonly data: SshKeyFacts & { readonly proven?: boolean; readonly takenFrom?: string };
    }
  | { readonly type: "ssh_key.proven"; readonly data: SshKeyFacts }
  | {
      readonly type: "ssh_key.removed";
      /** `provenByAnother`: somebody else showed to have its private half. */
      readonly data: SshKeyFacts & { readonly provenByAnother?: true };
    };

/** The first start of a newer version added a MAC to each row of an older one. */
export type DatabaseEvent = {
  readonly type: "database.sealed";
  readonly data: Readonly<Record<string, never>>;
};

/** Everything that this program writes into the log. */
export type LatchkeyEvent = KeyEvent | UserEvent | SessionEvent | SshKeyEvent | DatabaseEvent;
export type EventType = LatchkeyEvent["type"];

declare const isUnknown: unique symbol;

/**
 * What a newer server wrote. Its type is branded, so that comparing it with a known one narrows the
 * union: what no `case` of a `switch` takes is this.
 */
export type UnknownEvent = {
  readonly type: `${string}.${string}` & { readonly [isUnknown]: true };
  readonly data: Readonly<Record<string, unknown>>;
};

export const eventTypes = [
  "key.created",
  "key.renamed",
  "key.revoked",
  "key.revocation_scheduled",
  "key.revocation_canceled",
  "key.rotated",
  "key.deleted",
  "user.created",
  "user.disabled",
  "user.enabled",
  "user.role_changed",
  "user.password_changed",
  "session.started",
  "session.ended",
  "ssh_key.added",
  "ssh_key.proven",
  "ssh_key.removed",
  "database.sealed",
] as const satisfies readonly EventType[];
