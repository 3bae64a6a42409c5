import type { EventItem, SshKey, User } from "@latchkey/client";
import type { Failure } from "../../format/failure.ts";

/** The state of one user's page. */
export type UserState = {
  readonly kind: "user";
  readonly user: User;
  /** `null` until they were read. */
  readonly sshKeys: readonly SshKey[] | null;
  readonly events: readonly EventItem[] | null;
  readonly failure: Failure | null;
  readonly scroll: number;
  readonly asked: number;
};
