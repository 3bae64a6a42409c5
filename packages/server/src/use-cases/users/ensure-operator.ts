import { newUserId, type User } from "@latchkey/core";
import { type Services, systemActor } from "../services.ts";
import { aboutUser } from "./change-users.ts";

/** The user row of the account that this process runs under: an admin, created on first use. */
export async function ensureOperator(
  { store, randomBytes }: Services,
  account: string,
): Promise<User> {
  const email = `${account.toLowerCase()}@localhost`;
  const known = await store.readUserByEmail(email);
  if (known !== null) return known;
  return store.change(async (tx) => {
    const head = await tx.lockHead();
    // Another process may have created it while this one waited for the head.
    const made = await tx.readUserByEmail(email);
    if (made !== null) return made;
    const now = await tx.instant(head);
    const user: User = {
      id: newUserId(now, randomBytes),
      email,
      name: account,
      role: "admin",
      disabled: false,
      createdAt: now,
    };
    await tx.insertUser(user);
    const data = { email, name: account, role: user.role };
    await tx.append(head, now, systemActor, [aboutUser(user, { type: "user.created", data })]);
    return user;
  });
}
