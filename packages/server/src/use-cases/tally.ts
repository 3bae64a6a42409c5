import type { VerifyOutcome } from "@latchkey/core";

/**
 * What a server counts as it happens, since it began. Plain numbers, read when somebody asks: to count
 * costs an addition.
 */
export type Tally = {
  readonly verifications: Record<VerifyOutcome["outcome"], number>;
  /** Passwords that did not fit, and attempts that were not looked at any more. */
  readonly failedLogins: Record<"refused" | "throttled", number>;
  /** Sessions over SSH, and attempts that were refused, by why. */
  readonly ssh: {
    started: number;
    open: number;
    /** How often the SSH server's process ended by itself, and was started again. */
    restarts: number;
    readonly refused: Record<SshRefusal, number>;
  };
  /** Events of changes that were made here, by type. */
  readonly events: Map<string, number>;
};

/** Why somebody was not let in over SSH, or sent away: their key, too many tries, too slow, too many at once, or beyond a bound. */
export type SshRefusal = "key" | "attempts" | "slow" | "crowded" | "flooded";

export function createTally(): Tally {
  return {
    verifications: {
      VALID: 0,
      NOT_FOUND: 0,
      REVOKED: 0,
      EXPIRED: 0,
      OWNER_DISABLED: 0,
      INSUFFICIENT_SCOPE: 0,
    },
    failedLogins: { refused: 0, throttled: 0 },
    ssh: {
      started: 0,
      open: 0,
      restarts: 0,
      refused: { key: 0, attempts: 0, slow: 0, crowded: 0, flooded: 0 },
    },
    events: new Map(),
  };
}
