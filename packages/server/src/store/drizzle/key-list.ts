import type { KeyId, KeySort } from "@latchkey/core";
import {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { apiKeys, searchRest, tokenBeginning } from "../../db/schema.ts";
import { foldForSorting, foldText } from "./fold.ts";
import type { KeyQuery, Position } from "../port/keys.ts";

// The list of keys as SQL: filters, search, and pages by the last row seen (keyset), so that page
// 1,000 costs what page 1 costs and no row is shown twice while others are added.

const sortColumns = {
  title: apiKeys.titleFold,
  createdAt: apiKeys.createdAt,
  updatedAt: apiKeys.updatedAt,
  revokedAt: apiKeys.revokedAt,
  expiresAt: apiKeys.expiresAt,
} satisfies Record<KeySort, unknown>;

/** From this many letters on a search matches anywhere; shorter ones match the start, as no trigram would serve. */
const ANYWHERE_FROM = 3;

/** What is known of the rows, so that a condition need not leave it open. */
type KnownColumns = { readonly [Column in "revokedAt" | "expiresAt"]?: "set" | "null" };

/**
 * Which keys match, on any page.
 *
 * @param found what the search finds, if not all of it is wanted
 */
export function matching(
  query: KeyQuery,
  known: KnownColumns = {},
  found: SQL | undefined = anyFound(query.search),
): SQL | undefined {
  const { created, updated, revoked, now } = query;
  const notYet = (name: keyof KnownColumns) =>
    known[name] === "null"
      ? undefined
      : or(known[name] === "set" ? undefined : isNull(apiKeys[name]), gt(apiKeys[name], now));
  const status = {
    active: and(notYet("revokedAt"), notYet("expiresAt")),
    expired: and(notYet("revokedAt"), lte(apiKeys.expiresAt, now)),
    revoked: lte(apiKeys.revokedAt, now),
  };
  return and(
    query.ownerId === null ? undefined : eq(apiKeys.ownerId, query.ownerId),
    query.status === undefined ? undefined : status[query.status],
    found,
    created.from && gte(apiKeys.createdAt, created.from),
    created.to && lt(apiKeys.createdAt, created.to),
    updated.from && gte(apiKeys.updatedAt, updated.from),
    updated.to && lt(apiKeys.updatedAt, updated.to),
    revoked.from && gte(apiKeys.revokedAt, revoked.from),
    revoked.to && lt(apiKeys.revokedAt, revoked.to),
    query.lastUsedBefore && notUsedSince(query.lastUsedBefore),
  );
}

/**
 * The order in which matches are counted fastest up to a cap. The ended keys are first by their expiry; planners
 * assume the rest to be anywhere, and might count past them all.
 */
export function countingOrder({ status, search }: KeyQuery): SQL[] {
  return status === "active" && search === undefined
    ? [desc(apiKeys.expiresAt), desc(apiKeys.id)]
    : [];
}

/** Rows in order, as one index scan; or as two at once, if either condition may match. */
type Stretch = {
  readonly where: SQL | undefined;
  readonly orWhere?: SQL | undefined;
  readonly order: readonly SQL[];
};

/**
 * The list from the query's position on, as consecutive ranges: nulls come last in both directions, and no index has
 * them so for both. The id decides between equals. The nulls are ordered by the column too, or their range of its
 * index would not be used.
 */
export function stretchesOf(query: KeyQuery): Stretch[] {
  const { sort, order, after } = query;
  const column = sortColumns[sort];
  const direction = order === "asc" ? asc : desc;
  const byValue = [direction(column), direction(apiKeys.id)];
  if (sort === "title" && query.search !== undefined) {
    // Many with this prefix may come after many others: one scan for both would pass all of those.
    const { titleBegins, elsewhere } = waysToFind(query.search);
    const where = and(
      matching(query, {}, titleBegins),
      // Before them it would only be one more start for the scan, and planners choose the wrong one.
      hasReached(query, foldForSorting(query.search)) ? following(query) : undefined,
    );
    const orWhere = and(matching(query, {}, elsewhere), following(query));
    return [{ where, orWhere, order: byValue }];
  }
  if (sort !== "revokedAt" && sort !== "expiresAt") {
    return [{ where: and(matching(query), following(query)), order: byValue }];
  }
  const withValue = and(matching(query, { [sort]: "set" }), isNotNull(column), following(query));
  const without = and(matching(query, { [sort]: "null" }), isNull(column), followingNull(query));
  const nulls = { where: without, order: byValue };
  return after?.value === null ? [nulls] : [{ where: withValue, order: byValue }, nulls];
}

/** What comes after the last row of the previous page, if that had a value. */
function following({ sort, order, after }: KeyQuery): SQL | undefined {
  if (after === null || after.value === null) return undefined;
  const value = sort === "title" ? after.value : sql`${after.value}::timestamptz`;
  const comparison = order === "asc" ? sql`>` : sql`<`;
  return sql`(${sortColumns[sort]}, ${apiKeys.id}) ${comparison} (${value}, ${after.id})`;
}

/** Whether the last row of the previous page is among the titles with this prefix, or after them. */
function hasReached({ order, after }: KeyQuery, beginning: string): boolean {
  if (after === null || after.value === null) return false;
  if (after.value.startsWith(beginning)) return true;
  // By code point, as the database compares: UTF-16 has another order.
  const isGreater = Buffer.compare(Buffer.from(after.value), Buffer.from(beginning)) > 0;
  return isGreater === (order === "asc");
}

function followingNull({ order, after }: KeyQuery): SQL | undefined {
  if (after === null || after.value !== null) return undefined;
  return (order === "asc" ? gt : lt)(apiKeys.id, after.id as KeyId);
}

/** The sort value of each row, as the cursor has it. */
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

function anyFound(search: string | undefined): SQL | undefined {
  if (search === undefined) return undefined;
  const { titleBegins, elsewhere } = waysToFind(search);
  return or(titleBegins, elsewhere);
}

/** What a search finds, by the index that finds it. */
function waysToFind(search: string) {
  const folded = foldText(search);
  const titleBegins = and(
    like(apiKeys.titleFold, `${literal(foldForSorting(search))}%`),
    like(apiKeys.searchText, `${literal(folded)}%`),
  );
  const elsewhere =
    [...folded].length < ANYWHERE_FROM
      ? like(tokenBeginning(apiKeys.redacted), `${literal(folded)}%`)
      : like(searchRest(apiKeys.searchText), `%${literal(folded)}%`);
  return { titleBegins, elsewhere };
}

/** `%`, `_` and `\` are letters here, not wildcards. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
