import type { KeyObject } from "node:crypto";
import type { Actor, Pepper, Principal } from "@latchkey/core";
import type { Store } from "../store/store.ts";

/** What every use case is given. */
export type Services = {
  readonly store: Store;
  readonly pepper: Pepper;
  /** Derived from the pepper for `latchkey/event-log/v1`. */
  readonly logKey: KeyObject;
  readonly tokenPrefix: string;
  readonly randomBytes: (n: number) => Uint8Array;
};

/** Who calls, and by which road. */
export type Caller = Pick<Actor, "via" | "address"> & { readonly principal: Principal };

export function actorOf({ principal, via, address }: Caller): Actor {
  const keyId = principal.kind === "key" ? principal.keyId : null;
  return { kind: principal.kind, userId: principal.userId, keyId, via, address };
}
