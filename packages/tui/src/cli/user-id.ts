import { describeError } from "@latchkey/core";
import type { LatchkeyClient, User } from "@latchkey/client";
import { CommandError } from "../connection/command-error.ts";

/** The owner for `me`, `all` or an email. */
export async function userIdOf(
  client: LatchkeyClient,
  who: string,
): Promise<"me" | "all" | `user_${string}`> {
  if (who === "me" || who === "all") return who;
  const { userId, email } = await client.auth.whoami.query();
  if (who.toLowerCase() === email) return userId;
  return (await userByEmail(client, who)).id;
}

/** Errors: NOT_FOUND; FORBIDDEN for those who may not see users. */
export async function userByEmail(client: LatchkeyClient, email: string): Promise<User> {
  const { items } = await client.users.list.query();
  const user = items.find((one) => one.email === email.trim().toLowerCase());
  if (user !== undefined) return user;
  throw new CommandError("NOT_FOUND", describeError({ code: "NOT_FOUND", what: "user" }));
}
