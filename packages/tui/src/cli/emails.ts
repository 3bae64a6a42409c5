import { errorOf, type LatchkeyClient, type User } from "@latchkey/client";
import type { CommonOptions } from "./run-command.ts";

/** A user for people: the email if it may be known, else the id. */
export type Emails = (userId: string) => string;

/** An admin can read everybody's email, others their own. With JSON no request is sent. */
export async function emailsFor(client: LatchkeyClient, { json }: CommonOptions): Promise<Emails> {
  if (json === true) return (userId) => userId;
  const [own, users] = await Promise.all([client.auth.whoami.query(), everybody(client)]);
  const emails = new Map<string, string>(users.map(({ id, email }) => [id, email]));
  emails.set(own.userId, own.email);
  return (userId) => emails.get(userId) ?? userId;
}

async function everybody(client: LatchkeyClient): Promise<readonly User[]> {
  try {
    return (await client.users.list.query()).items;
  } catch (error) {
    if (errorOf(error).code === "FORBIDDEN") return [];
    throw error;
  }
}
