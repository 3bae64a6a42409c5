import type { EventItem, SshKey, User } from "@latchkey/client";
import type { Remote } from "../../kit/remote.ts";

/** The state of one user's page. */
export type UserState = {
  readonly kind: "user";
  /** As they are known by now, also from elsewhere. */
  readonly user: User;
  /** Everybody, the user among them. */
  readonly read: Remote<readonly User[]>;
  readonly sshKeys: Remote<readonly SshKey[]>;
  readonly events: Remote<readonly EventItem[]>;
  readonly scroll: number;
};
