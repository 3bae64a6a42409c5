import { and, asc, desc, eq, gt, gte, isNull, like, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { apiKeys } from "../db/schema.ts";
import { foldText } from "./fold.ts";
import type { KeyQuery, KeySort, Position } from "./store.ts";

// The list of keys as SQL: filters, search, and pages by the last row seen (keyset), so that page
// 1,000 costs what page 1 costs and no row is shown twice while others are added.

const sortColumns = {
  title: apiKeys.titleFold,
  createdAt: apiKeys.createdAt,
  updatedAt: apiKeys.updatedAt,
  revokedAt: apiKeys.revokedAt,
  expiresAt: apiKeys.expiresAt,
} satisfies Record<KeySort, unknown>;

/** Search reaches anywhere from this many letters on; fewer match the beginning, as no trigram would serve. */
const ANYWHERE_FROM = 3;

/** Which keys match, on whatever page. */
export function matching(query: KeyQuery): SQL | undefined {
  const { created, updated, revoked, now } = query;
  const notRevoked = or(isNull(apiKeys.revokedAt), gt(apiKeys.revokedAt, now));
  const status = {
    active: and(notRevoked, or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))),
    expired: and(notRevoked, lte(apiKeys.expiresAt, now)),
    revoked: lte(apiKeys.revokedAt, now),
  };
  return and(
    query.ownerId === null ? undefined : eq(apiKeys.ownerId, query.ownerId),
    query.status === undefined ? undefined : status[query.status],
    query.search === undefined ? undefined : found(foldText(query.search)),
    created.from && gte(apiKeys.createdAt, created.from),
    created.to && lt(apiKeys.createdAt, created.to),
    updated.from && gte(apiKeys.updatedAt, updated.from),
    updated.to && lt(apiKeys.updatedAt, updated.to),
    revoked.from && gte(apiKeys.revokedAt, revoked.from),
    revoked.to && lt(apiKeys.revokedAt, revoked.to),
    query.lastUsedBefore && notUsedSince(query.lastUsedBefore),
  );
}

/** Which of them come after the last row of the page before. */
export function following({ sort, order, after }: KeyQuery): SQL | undefined {
  if (after === null) return undefined;
  const column = sortColumns[sort];
  const later = order === "asc" ? gt : lt;
  if (after.value === null)
    return and(isNull(column), later(apiKeys.id, after.id as `key_${string}`));
  const value = sort === "title" ? after.value : sql`${after.value}::timestamptz`;
  const comparison = order === "asc" ? sql`>` : sql`<`;
  const rowLater = sql`(${column}, ${apiKeys.id}) ${comparison} (${value}, ${after.id})`;
  return or(rowLater, isNull(column));
}

/** Nulls come last either way; the id decides between equals. */
export function ordering({ sort, order }: KeyQuery): SQL[] {
  const column = sortColumns[sort];
  const direction = order === "asc" ? asc : desc;
  const nullable = sort === "revokedAt" || sort === "expiresAt";
  return [
    nullable ? sql`${direction(column)} nulls last` : direction(column),
    direction(apiKeys.id),
  ];
}

/** The sort value of each row as the cursor keeps it. */
export function sortValue(sort: KeySort): SQL<string | null> {
  if (sort === "title") return sql<string>`${apiKeys.titleFold}`;
  const column = sortColumns[sort];
  return sql<string | null>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

export function positionOf(row: { sortValue: string | null; id: string }): Position {
  return { value: row.sortValue, id: row.id };
}

function notUsedSince(instant: Date): SQL {
  return sql`not exists (
    select from key_last_uses
    where key_id = api_keys.id and last_used_at >= ${instant.toISOString()}::timestamptz
  )`;
}

function found(folded: string): SQL | undefined {
  // `%`, `_` and `\` are letters here, not wildcards.
  const literal = folded.replace(/[\\%_]/g, "\\$&");
  if ([...folded].length >= ANYWHERE_FROM) return like(apiKeys.searchText, `%${literal}%`);
  return or(like(apiKeys.searchText, `${literal}%`), like(apiKeys.searchText, `%\n${literal}%`));
}
