import type { VerifyOutcome } from "@latchkey/core";

/**
 * What a server counts since its start. Plain numbers, read by the metrics: counting costs an addition.
 */
export type Tally = {
  readonly verifications: Record<VerifyOutcome["outcome"], number>;
  /** Wrong passwords, and attempts that were refused unchecked. */
  readonly failedLogins: Record<"refused" | "throttled", number>;
  /** Sessions over SSH, and attempts that were refused, by reason. */
  readonly ssh: {
    started: number;
    open: number;
    /** How often the SSH process ended unexpectedly, and was restarted. */
    restarts: number;
    readonly refused: Record<SshRefusal, number>;
  };
  /** How far a proof of the log has come that runs here; of several, the newest. */
  logProof: ProofProgress | null;
  /** Events of changes that were made here, by type. */
  readonly events: Map<string, number>;
};

/** In events that are read: each once for the chain, and once for the rows. */
export type ProofProgress = { done: number; total: number };

/** Why an SSH client was refused or disconnected: its key, too many attempts, too slow, too many connections, or a bound exceeded. */
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
    logProof: null,
    events: new Map(),
  };
}
