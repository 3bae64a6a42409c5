import { createHmac, type KeyObject } from "node:crypto";

// The MAC of a stored row that power depends on, under a key derived from the pepper. So somebody who can
// write to the database, but has no pepper, can neither make such a row nor change one.

/** Instants in whole milliseconds. */
export type RowValue = string | number | boolean | null | Date | Uint8Array | readonly string[];

/**
 * Makes the MAC of one table's rows: HMAC-SHA-256 over JSON (UTF-8) of the table's name, then name and value of
 * each field, sorted by name. Instants are milliseconds since 1970, bytes hex digits. Null fields are left
 * out, so a column that is added as null leaves the MACs of older rows valid. Gives the 32 bytes in
 * hex: as bytes they take twice as long, and each check of a key that is read needs one.
 *
 * @param key derived from the pepper for `latchkey/row-mac/v1`
 * @param table distinguishes the rows of one table from those of another
 * @param fields what the MAC covers. Their names are part of the format: never rename one
 */
export function rowMac<Field extends string>(
  key: KeyObject,
  table: string,
  fields: readonly Field[],
): (row: Readonly<Record<Field, RowValue>>) => string {
  const sorted = [...fields].sort();
  return (row) => {
    const sealed: unknown[] = [table];
    for (const field of sorted) {
      const value = row[field];
      if (value !== null) sealed.push(field, plain(value));
    }
    return createHmac("sha256", key).update(JSON.stringify(sealed)).digest("hex");
  };
}

/** An instant that the program never writes, such as infinity, becomes a null, which nothing else does. */
function plain(value: Exclude<RowValue, null>): unknown {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return value;
}
