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

export async function readUser(db: Database, where: SQL): Promise<User | null> {
  const [user] = await db.select(userColumns).from(users).where(where);
  return user ?? null;
}
