import { customType } from "drizzle-orm/pg-core";

// Column types that both engines read alike, each from one textual format only.

/** Text that sorts by code point, whatever the database's own collation is. */
export const plainText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
  toDriver: (bytes) => Buffer.from(bytes),
  fromDriver: (bytes) => Uint8Array.from(bytes),
});

/** The same as hex digits: what is compared rather than computed with. */
export const hexBytes = customType<{ data: string; driverData: Uint8Array }>({
  dataType: () => "bytea",
  toDriver: (hex) => Buffer.from(hex, "hex"),
  fromDriver: (bytes) => Buffer.from(bytes).toString("hex"),
});

const INSTANT = "timestamp (3) with time zone";

/** An instant in whole milliseconds. Writers truncate first: `timestamptz(3)` rounds. */
export const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => INSTANT,
  toDriver: (date) => date.toISOString(),
  fromDriver: readInstant,
});

/** The same under a MAC, where an invalid instant means that the row was changed: an invalid date. */
export const sealedInstant = customType<{ data: Date; driverData: string }>({
  dataType: () => INSTANT,
  toDriver: (date) => date.toISOString(),
  fromDriver: (text) =>
    /^-?infinity$|^\d{5,}-| BC$/.test(text) ? new Date(Number.NaN) : readInstant(text),
});

/** A stored value in an impossible format: a fault of the storage, which says nothing about any key. */
class UnreadableValue extends Error {
  override readonly name = "UnreadableValue";
}

/**
 * The one format in which our sessions get an instant: ISO, in UTC. In others, such as 11/12/2026, day and
 * month could be confused.
 */
export function readInstant(text: string): Date {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/.test(text)) {
    throw new UnreadableValue("the database gave an instant in another form than ISO in UTC");
  }
  return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
}

/** Milliseconds since 1970, as either driver returns a `bigint`. */
export function readMilliseconds(value: unknown): Date {
  const date = new Date(/^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN);
  if (Number.isNaN(date.getTime())) throw new UnreadableValue("the database gave no instant");
  return date;
}

/** `\x` and two digits a byte: PostgreSQL's format if `bytea_output` is `hex`. */
export function readBytea(text: string): Uint8Array {
  if (!/^\\x(?:[0-9a-f]{2})*$/.test(text)) {
    throw new UnreadableValue("the database gave bytes in another form than hex");
  }
  return Buffer.from(text.slice(2), "hex");
}

/** `{"\\x0102","\\x0304"}`, the text of a `bytea[]`: both drivers take an array so. */
export function byteaArray(digests: readonly string[]): string {
  return `{${digests.map((hex) => `"\\\\x${hex}"`).join(",")}}`;
}
