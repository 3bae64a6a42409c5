import { sql } from "drizzle-orm";
import type { RateLimiterDrizzle } from "rate-limiter-flexible";
import type { Database } from "../../db/database.ts";
import { loginAttempts } from "../../db/schema.ts";
import type { AttemptLimit, LoginAttemptStore } from "../port/login-attempts.ts";

const FORGOTTEN_AT_ONCE = 1000;

export function loginAttemptStore(db: Database): LoginAttemptStore {
  const limiters = new Map<AttemptLimit, Promise<RateLimiterDrizzle>>();
  const limiterOf = (limit: AttemptLimit): Promise<RateLimiterDrizzle> => {
    const limiter = limiters.get(limit) ?? createLimiter(db, limit);
    limiters.set(limit, limiter);
    return limiter;
  };
  return {
    async countAttempt(limit, name) {
      const limiter = await limiterOf(limit);
      try {
        await limiter.consume(name);
        return 0;
      } catch (error) {
        // The library throws its result when the points are used up, and an Error when it failed.
        if (error instanceof Error) throw error;
        return Math.ceil((error as { msBeforeNext: number }).msBeforeNext / 1000);
      }
    },

    async forgetAttempts(limit, name) {
      const limiter = await limiterOf(limit);
      await limiter.delete(name);
      // Rows that others have locked are left for later: no login waits, and none ends in a deadlock.
      await db.execute(sql`delete from ${loginAttempts} where ${loginAttempts.key} in (
        select ${loginAttempts.key} from ${loginAttempts} where ${loginAttempts.expire} < clock_timestamp()
        limit ${FORGOTTEN_AT_ONCE} for update skip locked)`);
    },
  };
}

/** Most processes never see a login, so the library is loaded with the first one. */
async function createLimiter(
  db: Database,
  { kind, points, windowSeconds }: AttemptLimit,
): Promise<RateLimiterDrizzle> {
  const { RateLimiterDrizzle } = await import("rate-limiter-flexible");
  return new RateLimiterDrizzle({
    storeClient: db,
    schema: loginAttempts,
    keyPrefix: kind,
    points,
    duration: windowSeconds,
    clearExpiredByTimeout: false,
  });
}
