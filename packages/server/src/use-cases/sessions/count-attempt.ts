import { type ErrorOf, err, ok, type Result } from "@latchkey/core";
import type { Attempt, LoginThrottle } from "./login-throttle.ts";

/** Error: RATE_LIMITED, with how long to wait. */
export async function countAttempt(
  throttle: LoginThrottle,
  attempt: Attempt,
): Promise<Result<null, ErrorOf<"RATE_LIMITED">>> {
  const retryAfterSeconds = await throttle.count(attempt);
  return retryAfterSeconds > 0 ? err({ code: "RATE_LIMITED", retryAfterSeconds }) : ok(null);
}
