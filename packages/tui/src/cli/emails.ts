import { errorOf, type LatchkeyClient, type User } from "@latchkey/client";
import type { CommonOptions } from "./run-command.ts";

/** What a person reads of a user: the email where it may be known, else the id. */
export type Emails = (userId: string) => string;

/** An admin knows everybody's email, others their own. Nobody is asked for what JSON leaves out. */
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
