import type { SQL } from "drizzle-orm";

/** The most rows that `read` returns; fewer end it. */
export const PAGE = 1000;

/**
 * All rows of a query, a page at a time: a position in their order costs the same anywhere.
 *
 * @param read returns a page of what comes after the condition
 * @param after what comes after a row
 */
export async function* paged<Row, Item>(
  read: (after: SQL | undefined) => PromiseLike<Row[]>,
  after: (row: Row) => SQL,
  itemOf: (row: Row) => Item,
): AsyncGenerator<Item[], void> {
  for (let place: SQL | undefined; ; ) {
    const rows = await read(place);
    yield rows.map(itemOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    place = after(last);
  }
}
