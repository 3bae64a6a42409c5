import { networkOf } from "@latchkey/core";
import { sql } from "drizzle-orm";
import type { RateLimiterDrizzle } from "rate-limiter-flexible";
import type { Database } from "../../db/database.ts";
import { loginAttempts } from "../../db/schema.ts";

// Failed logins are counted in the database, so that all servers count together.

const WINDOW_SECONDS = 15 * 60;
const PER_ACCOUNT = 20;
const PER_ADDRESS = 100;
const PER_KNOWN = 20;
const FORGOTTEN_AT_ONCE = 1000;

/** Who tries a password, and for which account. */
export type Attempt = {
  readonly email: string;
  readonly address: string | null;
  /** The device or the session that signed in to this account before; strangers have none. */
  readonly known: string | null;
};

export type LoginThrottle = {
  /**
   * Counts an attempt before its password is looked at: one of a known device by that alone, one of a stranger
   * by the address and by the account.
   *
   * @returns how long to wait, in seconds, or 0 where it may go on
   */
  count(attempt: Attempt): Promise<number>;
  /** Forgets the attempts that were counted with this one, whose password was right. */
  forgive(attempt: Attempt): Promise<void>;
};

export function loginThrottle(db: Database): LoginThrottle {
  // Most processes never see a login, so the library is loaded with the first one.
  let limiters: Promise<Limiters> | undefined;
  const loaded = () => {
    limiters ??= createLimiters(db);
    return limiters;
  };
  return {
    async count({ email, address, known }) {
      const { byAccount, byAddress, byKnown } = await loaded();
      if (known !== null) return consume(byKnown, known);
      const wait = address === null ? 0 : await consume(byAddress, networkOf(address));
      return wait > 0 ? wait : consume(byAccount, email);
    },
    async forgive({ email, known }) {
      const { byAccount, byKnown } = await loaded();
      await (known === null ? byAccount.delete(email) : byKnown.delete(known));
      await forgetExpired(db);
    },
  };
}

type Limiters = {
  readonly byAccount: RateLimiterDrizzle;
  readonly byAddress: RateLimiterDrizzle;
  readonly byKnown: RateLimiterDrizzle;
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
    byKnown: limiter("known", PER_KNOWN),
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
