import { and, asc, gt, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Database } from "../../db/database.ts";
import { apiKeys, events, sessions, sshKeys, users } from "../../db/schema.ts";
import { eventFromRow } from "./event-rows.ts";
import { readHead } from "./head.ts";
import { keyFromRow, sealedKeyColumns } from "./key-rows.ts";
import { PAGE, paged } from "./paged.ts";
import type { Seals } from "./seals.ts";
import { sealedSessionColumns } from "./session-rows.ts";
import { sealedSshKeyColumns } from "./ssh-key-rows.ts";
import type { Snapshot } from "../port/snapshot.ts";

// The whole log and all rows that power depends on, from one snapshot, a page at a time: there may be millions of
// them.

/** @param tx one transaction that sees one state throughout */
export function snapshotOf(tx: Database, seals: Seals): Snapshot {
  const logPages = (where: SQL | undefined, order: readonly [PgColumn, PgColumn?]) => {
    const sorted = order.flatMap((column) => (column === undefined ? [] : [asc(column)]));
    return (after: SQL | undefined) =>
      tx
        .select()
        .from(events)
        .where(and(where, after))
        .orderBy(...sorted)
        .limit(PAGE);
  };
  return {
    readHead: () => readHead(tx),

    log: () =>
      paged(logPages(undefined, [events.seq]), ({ seq }) => gt(events.seq, seq), eventFromRow),

    keyEvents: () =>
      paged(
        logPages(isNotNull(events.keyId), [events.keyId, events.seq]),
        (row) => beyond([events.keyId, events.seq], [row.keyId, row.seq]),
        eventFromRow,
      ),

    userEvents: () =>
      paged(
        logPages(and(isNull(events.keyId), isNotNull(events.ownerId)), [
          events.ownerId,
          events.seq,
        ]),
        (row) => beyond([events.ownerId, events.seq], [row.ownerId, row.seq]),
        eventFromRow,
      ),

    keys: () =>
      paged(
        (after) =>
          tx
            .select(sealedKeyColumns)
            .from(apiKeys)
            .where(after)
            .orderBy(asc(apiKeys.id))
            .limit(PAGE),
        ({ id }) => gt(apiKeys.id, id),
        (row) => ({ facts: keyFromRow(row), isSealed: seals.key.holds(row, row.mac) }),
      ),

    users: () =>
      paged(
        (after) => tx.select().from(users).where(after).orderBy(asc(users.id)).limit(PAGE),
        ({ id }) => gt(users.id, id),
        ({ mac, passwordHash, passwordSetAt, passwordMac, ...user }) => {
          const password = { id: user.id, passwordHash, passwordSetAt };
          const hasPassword = passwordHash !== null;
          const isSealed =
            seals.user.holds(user, mac) &&
            (!hasPassword || seals.password.holds(password, passwordMac));
          return { facts: { user, hasPassword, passwordSetAt }, isSealed };
        },
      ),

    sshKeys: () =>
      paged(
        (after) =>
          tx
            .select(sealedSshKeyColumns)
            .from(sshKeys)
            .where(after)
            .orderBy(asc(sshKeys.userId), asc(sshKeys.fingerprint))
            .limit(PAGE),
        (row) => beyond([sshKeys.userId, sshKeys.fingerprint], [row.userId, row.fingerprint]),
        ({ mac, ...key }) => ({ facts: key, isSealed: seals.sshKey.holds(key, mac) }),
      ),

    sessions: () =>
      paged(
        (after) =>
          tx
            .select(sealedSessionColumns)
            .from(sessions)
            .where(after)
            .orderBy(asc(sessions.userId), asc(sessions.id))
            .limit(PAGE),
        (row) => beyond([sessions.userId, sessions.id], [row.userId, row.id]),
        ({ mac, ...session }) => ({ facts: session, isSealed: seals.session.holds(session, mac) }),
      ),
  };
}

/** What comes after a row, ordered by two columns. */
function beyond(columns: readonly [PgColumn, PgColumn], row: readonly [unknown, unknown]): SQL {
  return sql`(${columns[0]}, ${columns[1]}) > (${row[0]}, ${row[1]})`;
}
