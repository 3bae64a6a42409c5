import type { Principal } from "@latchkey/core";
import type { KeyChanges, KeyStore } from "./keys.ts";
import type { LogChanges, LogStore } from "./log.ts";
import type { LoginAttemptStore } from "./login-attempts.ts";
import type { SessionChanges, SessionStore } from "./sessions.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SshKeyChanges, SshKeyStore } from "./ssh-keys.ts";
import type { UserChanges, UserStore } from "./users.ts";
import type { UseStore } from "./uses.ts";

// The port to storage: what the use cases need, in their terms, a noun a file. Everything here may throw `Outage`,
// and whatever gives power `RowTampered`.

/** Reads, each on its own, and changes. */
export type Store = KeyStore &
  UserStore &
  SessionStore &
  SshKeyStore &
  UseStore &
  LogStore &
  LoginAttemptStore & {
    /** The database's clock, in whole milliseconds, truncated rather than rounded. */
    now(): Promise<Date>;
    /** Throws `Outage` if a change would be refused. */
    probeWritable(): Promise<void>;
    /** What `work` reads of the log and the rows is from one snapshot. */
    inSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T>;
    /**
     * One change: all or nothing. A deadlock or a serialization failure is retried a few times, so `work` must have no
     * effects but through `tx`.
     */
    change<T>(work: (tx: ChangeStore) => Promise<T>): Promise<T>;
  };

/** What a change may do, in this order: lock, take the instant, write, append. */
export type ChangeStore = KeyChanges &
  UserChanges &
  SessionChanges &
  SshKeyChanges &
  LogChanges & {
    /** Locks and reads again what the principal's power depends on; `null` if it is gone. */
    lockPrincipal(principal: Principal): Promise<Principal | null>;
  };
