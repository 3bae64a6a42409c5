import type { Actor, KeyId, Role, SessionId, UserId } from "@latchkey/core";
import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
} from "drizzle-orm/pg-core";
import { bytea, hexBytes, instant, plainText, sealedInstant } from "./columns.ts";

// The one schema, for both PGlite and PostgreSQL. Change it here, then run `npx drizzle-kit generate` in
// packages/server. A `mac` covers its row (store/drizzle/seals.ts); only rows of older versions have none,
// until the first start adds them.

/** The one pepper of an installation; the columns leave room for changing it. */
export const PEPPER_ID = 1;

export const users = pgTable("users", {
  id: plainText().$type<UserId>().primaryKey(),
  /** Lower case. */
  email: plainText().notNull().unique(),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  disabled: boolean().notNull().default(false),
  /** Argon2id in PHC form; none for people who only use SSH or the local socket. */
  passwordHash: text(),
  /** Set with the hash, or neither is. */
  passwordSetAt: sealedInstant(),
  /** The MAC of the password, separate from the rest: checks of keys need not read the hash. */
  passwordMac: hexBytes(),
  createdAt: sealedInstant().notNull(),
  mac: hexBytes(),
});

export const sessions = pgTable(
  "sessions",
  {
    id: plainText().$type<SessionId>().primaryKey(),
    userId: plainText()
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    digest: bytea().notNull(),
    pepperId: smallint().notNull(),
    via: text().notNull(),
    createdAt: sealedInstant().notNull(),
    lastSeenAt: instant().notNull(),
    expiresAt: sealedInstant().notNull(),
    /** The public key that started it, if one did: without the key there is no session. */
    sshFingerprint: plainText().references(() => sshKeys.fingerprint, { onDelete: "cascade" }),
    mac: hexBytes(),
  },
  (table) => [
    unique("sessions_digest_unique").on(table.digest, table.pepperId),
    index().on(table.userId),
    index().on(table.sshFingerprint),
  ],
);

export const sshKeys = pgTable(
  "ssh_keys",
  {
    fingerprint: plainText().primaryKey(),
    userId: plainText()
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    publicKey: text().notNull(),
    label: text().notNull(),
    createdAt: sealedInstant().notNull(),
    addedBy: plainText().$type<UserId>().notNull(),
    proven: boolean().notNull().default(false),
    lastUsedAt: instant(),
    mac: hexBytes(),
  },
  (table) => [index().on(table.userId)],
);

export const apiKeys = pgTable(
  "api_keys",
  {
    id: plainText().$type<KeyId>().primaryKey(),
    ownerId: plainText()
      .$type<UserId>()
      .notNull()
      .references(() => users.id),
    title: text().notNull(),
    redacted: text().notNull(),
    /** Start of the folded title: what the list sorts by. */
    titleFold: plainText().notNull(),
    /** Folded title and redacted token, a line each: what the list searches. */
    searchText: plainText().notNull(),
    scopes: text().array().notNull(),
    digest: bytea().notNull(),
    pepperId: smallint().notNull(),
    createdAt: sealedInstant().notNull(),
    createdBy: plainText().$type<UserId>().notNull(),
    createdByKeyId: plainText().$type<KeyId>(),
    updatedAt: sealedInstant().notNull(),
    revision: integer().notNull(),
    expiresAt: sealedInstant(),
    revokedAt: sealedInstant(),
    revokedBy: plainText().$type<UserId>(),
    rotatedFrom: plainText().$type<KeyId>(),
    mac: hexBytes(),
  },
  (table) => [
    unique("api_keys_digest_unique").on(table.digest, table.pepperId),
    check("revoked_by_somebody", sql`(${table.revokedAt} is null) = (${table.revokedBy} is null)`),
    // The index of each sort order. They include both ends, so that a status needs no row.
    index().on(table.ownerId, table.createdAt, table.id, table.revokedAt, table.expiresAt),
    index().on(table.ownerId, table.updatedAt, table.id, table.revokedAt, table.expiresAt),
    index().on(table.ownerId, table.titleFold, table.id, table.revokedAt, table.expiresAt),
    index().on(table.ownerId, table.revokedAt, table.id, table.expiresAt),
    index().on(table.ownerId, table.expiresAt, table.id, table.revokedAt),
    index().on(table.createdAt, table.id, table.revokedAt, table.expiresAt),
    index().on(table.updatedAt, table.id, table.revokedAt, table.expiresAt),
    index().on(table.titleFold, table.id, table.revokedAt, table.expiresAt),
    index().on(table.revokedAt, table.id, table.expiresAt),
    index().on(table.expiresAt, table.id, table.revokedAt),
    index().on(table.rotatedFrom),
    // The index of each search: the start of a title by its order above, of a token, or any other part of both.
    index("api_keys_token_beginning").on(tokenBeginning(table.redacted)),
    index("api_keys_search_rest_trigram").using(
      "gin",
      sql`${searchRest(table.searchText)} gin_trgm_ops`,
    ),
  ],
);

/** The first letters of a redacted token: a few for all keys, so its index is small. */
export function tokenBeginning(redacted: SQLWrapper): SQL {
  return sql`lower(left(${redacted}, 2) collate "C")`;
}

/** Without its first letter, so that no match is at the start of a title. */
export function searchRest(searchText: SQLWrapper): SQL {
  return sql`substr(${searchText}, 2)`;
}

/** When each key was last VALID. Separate from the key, whose many indexes each use would otherwise update. */
export const keyLastUses = pgTable("key_last_uses", {
  keyId: plainText()
    .$type<KeyId>()
    .primaryKey()
    .references(() => apiKeys.id, { onDelete: "cascade" }),
  lastUsedAt: instant().notNull(),
});

/** How often each key was used in each hour, by outcome. Hours without use have no row. */
export const keyHourlyUses = pgTable(
  "key_hourly_uses",
  {
    keyId: plainText()
      .$type<KeyId>()
      .notNull()
      .references(() => apiKeys.id, { onDelete: "cascade" }),
    /** Its start. */
    hour: instant().notNull(),
    valid: bigint({ mode: "number" }).notNull(),
    revoked: bigint({ mode: "number" }).notNull(),
    expired: bigint({ mode: "number" }).notNull(),
    ownerDisabled: bigint({ mode: "number" }).notNull(),
    insufficientScope: bigint({ mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.hour] }), index().on(table.hour)],
);

/** How often a login was attempted recently, by account and by address; shared by all servers. */
export const loginAttempts = pgTable("login_attempts", {
  key: plainText().primaryKey(),
  points: integer().notNull(),
  expire: instant(),
});

/** The log: audit trail, outbox and change feed in one. */
export const events = pgTable(
  "events",
  {
    seq: bigint({ mode: "number" }).primaryKey(),
    at: sealedInstant().notNull(),
    type: text().notNull(),
    actorKind: text().$type<Actor["kind"]>().notNull(),
    actorUserId: plainText().$type<UserId>(),
    actorKeyId: plainText().$type<KeyId>(),
    via: text().$type<Actor["via"]>().notNull(),
    address: text(),
    keyId: plainText().$type<KeyId>(),
    userId: plainText().$type<UserId>(),
    /** The owner of the key at that time: who may see this row after the key is gone. */
    ownerId: plainText().$type<UserId>(),
    data: jsonb().$type<unknown>().notNull(),
    mac: bytea().notNull(),
  },
  (table) => [
    index().on(table.keyId, table.seq),
    index().on(table.ownerId, table.seq),
    index().on(table.actorUserId, table.seq),
    index().on(table.type, table.seq),
    // Those about people, without the many about keys.
    index("events_about_users").on(table.ownerId, table.seq).where(sql`${table.keyId} is null`),
  ],
);

/** One row, locked by every change after all its other locks, so that `seq` rises in commit order. */
export const eventHead = pgTable(
  "event_head",
  {
    id: smallint().primaryKey(),
    seq: bigint({ mode: "number" }).notNull(),
    mac: bytea().notNull(),
    at: instant().notNull(),
  },
  (table) => [check("one_row", sql`${table.id} = 1`)],
);

export const settings = pgTable("settings", {
  name: text().primaryKey(),
  value: bytea().notNull(),
});
