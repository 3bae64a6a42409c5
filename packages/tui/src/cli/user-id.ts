import type { LatchkeyClient } from "@latchkey/server/client";
import { CommandError } from "./command-error.ts";

/** The owner that `me`, `all` or an email stands for. */
export async function userIdOf(
  client: LatchkeyClient,
  who: string,
): Promise<"me" | "all" | `user_${string}`> {
  if (who === "me" || who === "all") return who;
  const { userId, email } = await client.auth.whoami.query();
  if (who.toLowerCase() === email) return userId;
  throw new CommandError("NOT_FOUND", `There is no user ${JSON.stringify(who)}. Check the email.`);
}
