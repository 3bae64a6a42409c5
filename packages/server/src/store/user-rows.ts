import type { User } from "@latchkey/core";
import type { SQL } from "drizzle-orm";
import type { Database } from "../db/database.ts";
import { users } from "../db/schema.ts";

/** Everything but the password's hash, which never leaves the store but for a login. */
export const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  disabled: users.disabled,
  createdAt: users.createdAt,
};

/** A user with the hash of their password, in PHC form; `null` for who has none. */
export type Login = { readonly user: User; readonly passwordHash: string | null };

/** @param lock held until the end of the transaction */
export async function readLogin(db: Database, where: SQL, lock?: "update"): Promise<Login | null> {
  const query = db
    .select({ user: userColumns, passwordHash: users.passwordHash })
    .from(users)
    .where(where);
  const [row] = await (lock === undefined ? query : query.for(lock));
  return row ?? null;
}

export async function readUser(db: Database, where: SQL): Promise<User | null> {
  const [user] = await db.select(userColumns).from(users).where(where);
  return user ?? null;
}
