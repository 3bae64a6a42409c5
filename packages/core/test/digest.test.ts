import { inspect } from "node:util";
import {
  bytesEqual,
  createPepper,
  DIGEST_BYTES,
  derivePepperKey,
  digestToken,
  type PepperPurpose,
  pepperCheck,
} from "@latchkey/core";
import { describe, expect, test } from "vitest";
import { randomBytes } from "./given.ts";
import { digestVectors } from "./vectors/read.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe.for(digestVectors.peppers)("under the pepper $pepper", (vector) => {
  const pepper = createPepper(Buffer.from(vector.pepper, "hex"));

  test("tokens have the known digests", () => {
    for (const { token, digest } of vector.digests) {
      expect(hex(digestToken(pepper, token))).toBe(digest);
    }
  });

  test("keys for other purposes are the known ones, none like another", () => {
    for (const [purpose, key] of Object.entries(vector.derived)) {
      expect(
        derivePepperKey(pepper, purpose as PepperPurpose)
          .export()
          .toString("hex"),
      ).toBe(key);
    }
    expect(new Set([vector.pepper, ...Object.values(vector.derived)]).size).toBe(7);
  });

  test("the database recognises it by the known check values", () => {
    expect([1, 2].map((version) => hex(pepperCheck(pepper, version as 1 | 2)))).toEqual(
      vector.checks,
    );
  });
});

describe("a pepper", () => {
  test.for([0, 16, 31, 33, 64])("of %i bytes is refused", (length) => {
    expect(() => createPepper(new Uint8Array(length))).toThrow(TypeError);
  });

  test("prints no bytes", () => {
    const bytes = randomBytes(32);
    const printed = inspect(createPepper(bytes), { depth: Infinity, showHidden: true });
    expect(printed).not.toContain(hex(bytes));
    expect(printed).not.toContain(Array.from(bytes.subarray(0, 4)).join(", "));
    expect(JSON.stringify(createPepper(bytes))).toBe("{}");
  });

  test("is copied: wiping the bytes it was read from changes no digest", () => {
    const bytes = randomBytes(32);
    const pepper = createPepper(bytes);
    const before = digestToken(pepper, "token");
    bytes.fill(0);
    expect(digestToken(pepper, "token")).toEqual(before);
    expect(before).toHaveLength(DIGEST_BYTES);
  });
});

describe("comparing bytes", () => {
  test("equal bytes are equal; another byte or another length is not", () => {
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(bytesEqual(new Uint8Array(), Uint8Array.of(0))).toBe(false);
  });
});
