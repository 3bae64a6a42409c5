import { and, asc, eq, inArray, or } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { users } from "../../db/schema.ts";
import type { UserChanges, UserStore } from "../port/users.ts";
import type { Seals } from "./seals.ts";
import {
  changedUserColumns,
  newUserRow,
  passwordColumns,
  readLogin,
  readUser,
  sealedUserColumns,
  userColumns,
  userFromRow,
} from "./user-rows.ts";

export function userStore(db: Database, seals: Seals): UserStore {
  return {
    readUser: (id) => readUser(db, seals, eq(users.id, id)),

    readUserByEmail: (email) => readUser(db, seals, eq(users.email, email)),

    async listUsers() {
      return db.select(userColumns).from(users).orderBy(asc(users.email));
    },

    readLogin: (email) => readLogin(db, seals, eq(users.email, email)),
  };
}

export function userChanges(tx: Database, seals: Seals): UserChanges {
  return {
    async lockUsersAndAdmins(ids) {
      const rows = await tx
        .select(sealedUserColumns)
        .from(users)
        .where(
          or(inArray(users.id, [...ids]), and(eq(users.role, "admin"), eq(users.disabled, false))),
        )
        .orderBy(asc(users.id))
        .for("update");
      return new Map(rows.map((row) => [row.id, userFromRow(seals, row)]));
    },

    async lockUserShared(id) {
      const [row] = await tx
        .select(sealedUserColumns)
        .from(users)
        .where(eq(users.id, id))
        .for("share");
      return row === undefined ? null : userFromRow(seals, row);
    },

    lockLogin: (id) => readLogin(tx, seals, eq(users.id, id), "update"),

    readUserByEmail: (email) => readUser(tx, seals, eq(users.email, email)),

    async insertUser(user, passwordHash) {
      await tx.insert(users).values(newUserRow(seals, user, passwordHash ?? null));
    },

    async updateUser(user) {
      await tx.update(users).set(changedUserColumns(seals, user)).where(eq(users.id, user.id));
    },

    async setPassword(id, hash, setAt) {
      await tx
        .update(users)
        .set(passwordColumns(seals, id, hash, setAt))
        .where(eq(users.id, id));
    },
  };
}
