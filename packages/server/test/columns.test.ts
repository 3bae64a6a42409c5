import { describe, expect, test } from "vitest";
import { readBytea, readInstant, readMilliseconds } from "../src/db/columns.ts";

// Values are read from the one form that our sessions give. What is in another is a fault, not a value.

describe("an instant", () => {
  test.each([
    ["2026-11-12 10:00:00+00", "2026-11-12T10:00:00.000Z"],
    ["2026-11-12 10:00:00.5+00", "2026-11-12T10:00:00.500Z"],
    ["0001-01-01 00:00:00.001+00", "0001-01-01T00:00:00.001Z"],
  ])("%s is %s", (text, iso) => {
    expect(readInstant(text).toISOString()).toBe(iso);
  });

  test.each([
    "12/11/2026 10:00:00 UTC",
    "12.11.2026 10:00:00 UTC",
    "Thu 12 Nov 10:00:00 2026 UTC",
    "2026-11-12 10:00:00+01",
    "1970-01-01 00:00:00-00:44:30",
    "2026-11-12 10:00:00",
    "2026-11-12 10:00:00.1234+00",
    "12026-11-12 10:00:00+00",
    "0044-03-15 12:00:00+00 BC",
    "infinity",
    "",
  ])("%s is a fault", (text) => {
    expect(() => readInstant(text)).toThrow(expect.objectContaining({ name: "UnreadableValue" }));
  });

  test.each([undefined, null, "", "NaN", "soon", Number.NaN, 9e15])(
    "%s milliseconds are a fault",
    (value) => {
      expect(() => readMilliseconds(value)).toThrow(
        expect.objectContaining({ name: "UnreadableValue" }),
      );
    },
  );
});

describe("bytes", () => {
  test("are read from hex", () => {
    expect([...readBytea("\\x00ff5c")]).toEqual([0, 255, 92]);
    expect([...readBytea("\\x")]).toEqual([]);
  });

  test.each(["\\000\\377", "abc", "\\x0", "\\x0G", "\\xAB", ""])("%s is a fault", (text) => {
    expect(() => readBytea(text)).toThrow(expect.objectContaining({ name: "UnreadableValue" }));
  });
});
