import { asc, gt, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { byteaArray } from "../../db/columns.ts";
import type { Database } from "../../db/database.ts";
import { apiKeys, sessions, sshKeys, users } from "../../db/schema.ts";
import { sealedKeyColumns } from "./key-rows.ts";
import { PAGE, paged } from "./paged.ts";
import type { Seals } from "./seals.ts";
import { sealedSshKeyColumns } from "./ssh-key-rows.ts";

/** Adds MACs to all rows as they are. They have been compared with the log before. */
export async function sealRows(tx: Database, seals: Seals): Promise<void> {
  // Nothing vouches for the digests of sessions: everybody signs in again.
  await tx.delete(sessions);
  await datePasswords(tx);
  const userPages = paged(
    (after) => tx.select().from(users).where(after).orderBy(asc(users.id)).limit(PAGE),
    ({ id }) => gt(users.id, id),
    (row) => ({ id: row.id, mac: seals.user.of(row), password: seals.password.of(row) }),
  );
  for await (const rows of userPages) {
    await setMacs(tx, users, users.id, "mac", rows);
    const passwords = rows.map(({ id, password }) => ({ id, mac: password }));
    await setMacs(tx, users, users.id, "password_mac", passwords);
  }
  // Also for users who have none.
  await tx.execute(sql`update users set password_mac = null where password_hash is null`);

  const sshKeyPages = paged(
    (after) =>
      tx
        .select(sealedSshKeyColumns)
        .from(sshKeys)
        .where(after)
        .orderBy(asc(sshKeys.fingerprint))
        .limit(PAGE),
    ({ fingerprint }) => gt(sshKeys.fingerprint, fingerprint),
    (row) => ({ id: row.fingerprint, mac: seals.sshKey.of(row) }),
  );
  for await (const rows of sshKeyPages) {
    await setMacs(tx, sshKeys, sshKeys.fingerprint, "mac", rows);
  }

  const keyPages = paged(
    (after) =>
      tx.select(sealedKeyColumns).from(apiKeys).where(after).orderBy(asc(apiKeys.id)).limit(PAGE),
    ({ id }) => gt(apiKeys.id, id),
    (row) => ({ id: row.id, mac: seals.key.of(row) }),
  );
  for await (const rows of keyPages) await setMacs(tx, apiKeys, apiKeys.id, "mac", rows);
}

/** As in the replay: a password is as old as its last change, and a user who was a service since has none. */
async function datePasswords(tx: Database): Promise<void> {
  await tx.execute(sql`update users set
    password_hash = case when changed.type = 'user.role_changed' then null else users.password_hash end,
    password_set_at = case when changed.type = 'user.role_changed' then null
      else coalesce(changed.at, users.created_at) end
    from users self left join lateral (
      select at, type from events
      where key_id is null and owner_id = self.id and (type = 'user.password_changed' or
        type = 'user.role_changed' and 'service' in (data->>'from', data->>'to'))
      order by seq desc limit 1
    ) changed on true
    where users.id = self.id and users.password_hash is not null`);
}

async function setMacs(
  tx: Database,
  table: PgTable,
  id: PgColumn,
  column: "mac" | "password_mac",
  rows: readonly { readonly id: string; readonly mac: string }[],
): Promise<void> {
  // The text of arrays, which both drivers accept. Ids and fingerprints contain nothing to quote.
  const ids = `{${rows.map((row) => row.id).join(",")}}`;
  const macs = byteaArray(rows.map(({ mac }) => mac));
  await tx.execute(sql`update ${table} set ${sql.identifier(column)} = sealed.mac
    from unnest(${ids}::text::text[], ${macs}::text::bytea[]) as sealed (id, mac)
    where ${id} = sealed.id`);
}
