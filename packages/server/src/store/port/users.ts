import type { User, UserId } from "@latchkey/core";

/** A user with the hash of their password, in PHC form, and when the password was set; `null` for a user without one. */
export type Login = {
  readonly user: User;
  readonly passwordHash: string | null;
  readonly passwordSetAt: Date | null;
};

export type UserStore = {
  readUser(id: UserId): Promise<User | null>;
  readUserByEmail(email: string): Promise<User | null>;
  /** Everybody, by email. */
  listUsers(): Promise<User[]>;
  /** What a login is checked against. */
  readLogin(email: string): Promise<Login | null>;
};

export type UserChanges = Pick<UserStore, "readUserByEmail"> & {
  /** Locks these users and every enabled admin, in ascending id: before all other locks. */
  lockUsersAndAdmins(ids: readonly UserId[]): Promise<Map<UserId, User>>;
  /** Locks one user against changes; others may take the same lock. */
  lockUserShared(id: UserId): Promise<User | null>;
  /** Locks one user, and reads again what a login was checked against. */
  lockLogin(id: UserId): Promise<Login | null>;
  insertUser(user: User, passwordHash?: string): Promise<void>;
  updateUser(user: User): Promise<void>;
  /**
   * @param hash `null` removes the password
   * @param setAt when the password was set: another hash of the same one keeps it
   */
  setPassword(id: UserId, hash: string | null, setAt: Date | null): Promise<void>;
};
