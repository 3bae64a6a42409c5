import type { User } from "@latchkey/core";
import type { SQL } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { users } from "../../db/schema.ts";
import type { Login } from "../port/users.ts";
import type { Seals } from "./seals.ts";

// A user as a row, and a row as a user.

type UserRow = typeof users.$inferSelect;

/** Everything but the password's hash, which never leaves the store but for a login. */
export const userColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  role: users.role,
  disabled: users.disabled,
  createdAt: users.createdAt,
};

/** The same with its MAC, for those who grant power from it. */
export const sealedUserColumns = { ...userColumns, mac: users.mac };

/**
 * @param lock until the end of the transaction
 * @throws RowTampered
 */
export async function readLogin(
  db: Database,
  seals: Seals,
  where: SQL,
  lock?: "update",
): Promise<Login | null> {
  const { passwordHash, passwordSetAt, passwordMac } = users;
  const password = { passwordHash, passwordSetAt, passwordMac };
  const query = db
    .select({ user: sealedUserColumns, ...password })
    .from(users)
    .where(where);
  const [row] = await (lock === undefined ? query : query.for(lock));
  if (row === undefined) return null;
  const { passwordMac: mac, ...login } = row;
  const user = userFromRow(seals, row.user);
  if (row.passwordHash !== null) seals.password.check({ ...login, id: user.id }, mac);
  return { ...login, user };
}

/** @throws RowTampered */
export async function readUser(db: Database, seals: Seals, where: SQL): Promise<User | null> {
  const [row] = await db.select(sealedUserColumns).from(users).where(where);
  return row === undefined ? null : userFromRow(seals, row);
}

/** @throws RowTampered */
export function userFromRow(seals: Seals, { mac, ...user }: User & Pick<UserRow, "mac">): User {
  seals.user.check(user, mac);
  return user;
}

/** @param passwordHash of a password that was set when the user was created; `null` for none */
export function newUserRow(
  seals: Seals,
  user: User,
  passwordHash: string | null,
): typeof users.$inferInsert {
  const password = passwordColumns(seals, user.id, passwordHash, user.createdAt);
  return { ...user, ...password, mac: seals.user.of(user) };
}

/** What a change may have altered in a user. */
export function changedUserColumns(seals: Seals, user: User) {
  const { name, role, disabled } = user;
  return { name, role, disabled, mac: seals.user.of(user) };
}

export function passwordColumns(
  seals: Seals,
  id: User["id"],
  passwordHash: string | null,
  setAt: Date | null,
) {
  if (passwordHash === null) return { passwordHash, passwordSetAt: null, passwordMac: null };
  const password = { passwordHash, passwordSetAt: setAt };
  return { ...password, passwordMac: seals.password.of({ id, ...password }) };
}
