import { createPepper, derivePepperKey, type RowValue, rowMac } from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { randomBytes } from "./given.ts";
import { digestVectors } from "./vectors/read.ts";

const { pepper, macs } = digestVectors.rows;
const key = derivePepperKey(createPepper(Buffer.from(pepper, "hex")), "latchkey/row-mac/v1");
type Row = Readonly<Record<string, RowValue>>;
const macOf = (row: Row, table = "api_keys", by = key) => rowMac(by, table, Object.keys(row))(row);

describe("the MAC of a row", () => {
  test.for(macs)("of $table is the known one", ({ table, row, mac }) => {
    expect(macOf(row, table)).toBe(mac);
  });

  const at = new Date(1_767_323_045_006);
  const row = {
    id: "key_1",
    scopes: ["a:b", "c:d"],
    digest: Buffer.from("00ff", "hex"),
    at,
    by: null,
  };
  const mac = macOf(row);

  test("does not depend on the order of its fields, nor on a field that is null", () => {
    const { id, ...rest } = row;
    expect(macOf({ ...rest, id })).toBe(mac);
    expect(macOf({ ...row, suspendedAt: null })).toBe(mac);
  });

  const others: Readonly<Record<string, Row>> = {
    "another id": { ...row, id: "key_2" },
    "a field that was null": { ...row, by: "" },
    "a field that is null": { ...row, at: null },
    "other scopes": { ...row, scopes: ["a:b"] },
    "scopes that join to the same text": { ...row, scopes: ["a:b,c:d"] },
    "no scopes": { ...row, scopes: [] },
    "another digest": { ...row, digest: Buffer.from("00fe", "hex") },
    "an instant a millisecond later": { ...row, at: new Date(at.getTime() + 1) },
    "an instant that never comes": { ...row, at: new Date(Number.NaN) },
    "two fields swapped": { ...row, id: "c:d", scopes: ["a:b", "key_1"] },
    "one field more": { ...row, more: false },
  };
  test.for(Object.entries(others))("is another one for %s", ([, other]) => {
    expect(macOf(other)).not.toBe(mac);
  });

  test("is another one in another table, and under another pepper", () => {
    const otherKey = derivePepperKey(createPepper(randomBytes(32)), "latchkey/row-mac/v1");
    expect(macOf(row, "users")).not.toBe(mac);
    expect(macOf(row, "api_keys", otherKey)).not.toBe(mac);
  });
});
