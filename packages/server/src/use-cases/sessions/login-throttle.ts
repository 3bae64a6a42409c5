import { networkOf } from "@latchkey/core";
import type { AttemptLimit, LoginAttemptStore } from "../../store/port/login-attempts.ts";

// How many logins may fail.

const windowSeconds = 15 * 60;
const BY_ACCOUNT: AttemptLimit = { kind: "account", points: 20, windowSeconds };
const BY_ADDRESS: AttemptLimit = { kind: "address", points: 100, windowSeconds };
const BY_KNOWN: AttemptLimit = { kind: "known", points: 20, windowSeconds };

/** Who attempts a login, and for which account. */
export type Attempt = {
  readonly email: string;
  readonly address: string | null;
  /** The device or the session that signed in to this account before; strangers have none. */
  readonly known: string | null;
};

export type LoginThrottle = {
  /**
   * Counts an attempt before its password is verified: one of a known device only for that device, one of a
   * stranger for both the address and the account.
   *
   * @returns how long to wait, in seconds, or 0 if it may go ahead
   */
  count(attempt: Attempt): Promise<number>;
  /** Resets the counters of this attempt, whose password was right. */
  forgive(attempt: Attempt): Promise<void>;
};

export function loginThrottle(attempts: LoginAttemptStore): LoginThrottle {
  return {
    async count({ email, address, known }) {
      if (known !== null) return attempts.countAttempt(BY_KNOWN, known);
      const wait =
        address === null ? 0 : await attempts.countAttempt(BY_ADDRESS, networkOf(address));
      return wait > 0 ? wait : attempts.countAttempt(BY_ACCOUNT, email);
    },
    async forgive({ email, known }) {
      if (known === null) await attempts.forgetAttempts(BY_ACCOUNT, email);
      else await attempts.forgetAttempts(BY_KNOWN, known);
    },
  };
}
