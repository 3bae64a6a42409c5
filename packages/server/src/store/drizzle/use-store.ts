import { and, asc, eq, gte, sql } from "drizzle-orm";
import { type OpenDatabase, queryRows } from "../../db/database.ts";
import { keyHourlyUses } from "../../db/schema.ts";
import type { KeyUse, UseStore } from "../port/uses.ts";

// The rows of the keys themselves are locked,
// never written: use leaves their revision and all their indexes alone.

export function useStore({
  db,
  change,
  assertWritable,
}: Pick<OpenDatabase, "db" | "change" | "assertWritable">): UseStore {
  return {
    async addUses(uses) {
      await assertWritable();
      // In a transaction, so that a connection that is lost before the commit has added nothing.
      const rows = await change((tx) => queryRows<{ id: KeyUse["keyId"] }>(tx, addition(uses)));
      return new Set(rows.map(({ id }) => id));
    },

    async readUses(keyId, from) {
      const rows = await db
        .select()
        .from(keyHourlyUses)
        .where(and(eq(keyHourlyUses.keyId, keyId), gte(keyHourlyUses.hour, from)))
        .orderBy(asc(keyHourlyUses.hour));
      return rows.map(({ hour, valid, revoked, expired, ownerDisabled, insufficientScope }) => ({
        hour,
        counts: {
          VALID: valid,
          REVOKED: revoked,
          EXPIRED: expired,
          OWNER_DISABLED: ownerDisabled,
          INSUFFICIENT_SCOPE: insufficientScope,
        },
      }));
    },

    async pruneUses(days, limit) {
      await assertWritable();
      // Deleting a key deletes its rows: those of locked keys are left to that.
      const rows = await queryRows(
        db,
        sql`delete from key_hourly_uses where (key_id, hour) in (
          select key_id, hour from key_hourly_uses where hour < now() - make_interval(hours => ${days * 24})
          order by hour limit ${limit} for update skip locked
        ) returning 1`,
      );
      return rows.length;
    },
  };
}

/**
 * One statement: locks the keys in ascending id, skips those that others have locked, adds to the rest, and returns
 * the skipped ids. A deleted key is not among them. Only the holder of a key's lock writes its uses, so two servers
 * never wait for each other here, and neither does a change.
 */
function addition(uses: readonly KeyUse[]) {
  const column = (of: (use: KeyUse) => string | number | undefined) =>
    // The text of an array, which both drivers accept.
    `{${uses.map((use) => of(use) ?? "null").join(",")}}`;
  return sql`with used as (
      select * from unnest(
        ${column(({ keyId }) => keyId)}::text[],
        ${column(({ hour }) => hour.toISOString())}::timestamptz[],
        ${column(({ lastUsedAt }) => lastUsedAt?.toISOString())}::timestamptz[],
        ${column(({ counts }) => counts.VALID)}::bigint[],
        ${column(({ counts }) => counts.REVOKED)}::bigint[],
        ${column(({ counts }) => counts.EXPIRED)}::bigint[],
        ${column(({ counts }) => counts.OWNER_DISABLED)}::bigint[],
        ${column(({ counts }) => counts.INSUFFICIENT_SCOPE)}::bigint[]
      ) as each (key_id, hour, last_used_at, valid, revoked, expired, owner_disabled, insufficient_scope)
    ), locked as (
      select id from api_keys where id in (select key_id from used)
      order by id for no key update skip locked
    ), last as (
      insert into key_last_uses (key_id, last_used_at)
      select key_id, max(last_used_at) from used join locked on id = key_id
      where last_used_at is not null group by key_id
      on conflict (key_id) do update
      set last_used_at = greatest(key_last_uses.last_used_at, excluded.last_used_at)
    ), hourly as (
      insert into key_hourly_uses
        (key_id, hour, valid, revoked, expired, owner_disabled, insufficient_scope)
      select key_id, hour, valid, revoked, expired, owner_disabled, insufficient_scope
      from used join locked on id = key_id
      on conflict (key_id, hour) do update set
        valid = key_hourly_uses.valid + excluded.valid,
        revoked = key_hourly_uses.revoked + excluded.revoked,
        expired = key_hourly_uses.expired + excluded.expired,
        owner_disabled = key_hourly_uses.owner_disabled + excluded.owner_disabled,
        insufficient_scope = key_hourly_uses.insufficient_scope + excluded.insufficient_scope
    )
    select id from api_keys
    where id = any(array(select key_id from used except select id from locked))`;
}
