import type { KeyObject } from "node:crypto";
import type { Actor, Pepper, Principal, User } from "@latchkey/core";
import type { PoolUse } from "../store/port/pool-use.ts";
import type { Feed } from "../events/feed.ts";
import type { Tally } from "./tally.ts";
import type { Store } from "../store/port/store.ts";
import type { KnownKeys } from "../verification/known-keys.ts";
import type { LoginThrottle } from "./sessions/login-throttle.ts";
import type { Passwords } from "./sessions/password.ts";
import type { UseRecorder } from "../usage/record-use.ts";
import type { Watches } from "../events/watches.ts";

/** What every use case is given. */
export type Services = {
  readonly store: Store;
  readonly pepper: Pepper;
  /** Finds the keys of presented tokens. */
  readonly keys: KnownKeys;
  /** Follows the log, once it is started. */
  readonly feed: Feed;
  /** Counts how keys are used. */
  readonly use: Omit<UseRecorder, "close">;
  /** What is counted for the metrics. */
  readonly tally: Tally;
  /** The usage of the connections to the database, by pool; none if it is embedded. */
  readonly pools: () => readonly PoolUse[];
  /** Derived from the pepper for `latchkey/event-log/v1`. */
  readonly logKey: KeyObject;
  /** Derived from the pepper for `latchkey/session-digest/v1`. */
  readonly sessionKey: KeyObject;
  /** Derived from the pepper for `latchkey/device-hint/v1`. */
  readonly deviceKey: KeyObject;
  readonly watches: Watches;
  readonly passwords: Passwords;
  readonly throttle: LoginThrottle;
  readonly tokenPrefix: string;
  readonly randomBytes: (n: number) => Uint8Array;
  /** Writes what is still to be written. Call it before the database is closed. */
  readonly close: () => Promise<void>;
};

/** How a call comes. */
export type Origin = Pick<Actor, "via" | "address">;

/** Who calls, and how. */
export type Caller = Origin & {
  readonly principal: Principal;
  readonly user: Pick<User, "email" | "name">;
  /** When the credential expires, as known at the call; none if it doesn't. */
  readonly endsAt?: Date | null;
};

export function actorOf({ principal, via, address }: Caller): Actor {
  const keyId = principal.kind === "key" ? principal.keyId : null;
  return { kind: principal.kind, userId: principal.userId, keyId, via, address };
}

/** Latchkey itself, where nobody asked for what it does. */
export const systemActor: Actor = {
  kind: "system",
  userId: null,
  keyId: null,
  via: "process",
  address: null,
};
