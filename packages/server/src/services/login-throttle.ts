import { RateLimiterDrizzle, RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "../db/database.ts";
import { loginAttempts } from "../db/schema.ts";

// Failed logins are counted in the database, so that all servers count together.

const WINDOW_SECONDS = 15 * 60;
const PER_ACCOUNT = 20;
const PER_ADDRESS = 100;

export type LoginThrottle = {
  /**
   * Counts an attempt before its password is looked at.
   *
   * @returns how long to wait, in seconds, or 0 where it may go on
   */
  count(email: string, address: string | null): Promise<number>;
  /** Forgets the attempts on an account whose password was right. */
  forgive(email: string): Promise<void>;
};

export function loginThrottle(db: Database): LoginThrottle {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterDrizzle({
      storeClient: db,
      schema: loginAttempts,
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
      clearExpiredByTimeout: false,
    });
  const byAccount = limiter("account", PER_ACCOUNT);
  const byAddress = limiter("address", PER_ADDRESS);

  const consume = async (limit: RateLimiterDrizzle, key: string): Promise<number> => {
    try {
      await limit.consume(key);
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.ceil(error.msBeforeNext / 1000);
      throw error;
    }
  };
  return {
    async count(email, address) {
      const wait = address === null ? 0 : await consume(byAddress, address);
      return wait > 0 ? wait : consume(byAccount, email);
    },
    async forgive(email) {
      await byAccount.delete(email);
    },
  };
}
