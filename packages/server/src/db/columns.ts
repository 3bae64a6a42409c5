import { customType, timestamp } from "drizzle-orm/pg-core";

// Column types that read the same from both engines.

/** Text that sorts by code point, whatever the database's own collation is. */
export const plainText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
  toDriver: (bytes) => Buffer.from(bytes),
  fromDriver: (bytes) => Uint8Array.from(bytes),
});

/** An instant in whole milliseconds. Writers truncate first: `timestamptz(3)` rounds. */
export const instant = () => timestamp({ withTimezone: true, precision: 3, mode: "date" });
