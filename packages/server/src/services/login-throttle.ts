import { networkOf } from "@latchkey/core";
import { sql } from "drizzle-orm";
import type { RateLimiterDrizzle } from "rate-limiter-flexible";
import type { Database } from "../db/database.ts";
import { loginAttempts } from "../db/schema.ts";

// Failed logins are counted in the database, so that all servers count together.

const WINDOW_SECONDS = 15 * 60;
const PER_ACCOUNT = 20;
const PER_ADDRESS = 100;
const FORGOTTEN_AT_ONCE = 1000;

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
  // Most processes never see a login, so the library is loaded with the first one.
  let limiters: Promise<Limiters> | undefined;
  const loaded = () => {
    limiters ??= createLimiters(db);
    return limiters;
  };
  return {
    async count(email, address) {
      const { byAccount, byAddress } = await loaded();
      const wait = address === null ? 0 : await consume(byAddress, networkOf(address));
      return wait > 0 ? wait : consume(byAccount, email);
    },
    async forgive(email) {
      const { byAccount } = await loaded();
      await byAccount.delete(email);
      await forgetExpired(db);
    },
  };
}

type Limiters = {
  readonly byAccount: RateLimiterDrizzle;
  readonly byAddress: RateLimiterDrizzle;
};

async function createLimiters(db: Database): Promise<Limiters> {
  const { RateLimiterDrizzle } = await import("rate-limiter-flexible");
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterDrizzle({
      storeClient: db,
      schema: loginAttempts,
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
      clearExpiredByTimeout: false,
    });
  return {
    byAccount: limiter("account", PER_ACCOUNT),
    byAddress: limiter("address", PER_ADDRESS),
  };
}

/** Rows that others hold are left for another time: no login waits, and none ends in a deadlock. */
async function forgetExpired(db: Database): Promise<void> {
  await db.execute(sql`delete from ${loginAttempts} where ${loginAttempts.key} in (
    select ${loginAttempts.key} from ${loginAttempts} where ${loginAttempts.expire} < clock_timestamp()
    limit ${FORGOTTEN_AT_ONCE} for update skip locked)`);
}

/** Seconds to wait, or 0. */
async function consume(limiter: RateLimiterDrizzle, key: string): Promise<number> {
  try {
    await limiter.consume(key);
    return 0;
  } catch (error) {
    // The library throws its answer where the points are used up, and an Error where it failed.
    if (error instanceof Error) throw error;
    return Math.ceil((error as { msBeforeNext: number }).msBeforeNext / 1000);
  }
}
