import { describe, expect, test } from "vitest";
import { BASE62_ALPHABET, encodeUint32, randomBase62 } from "../src/base62.ts";
import { tokenVectors } from "./vectors/read.ts";

describe("random letters", () => {
  test("each letter stands for exactly four of the 256 bytes, so none is likelier than another", () => {
    const letters = randomBase62(248, (n) => Uint8Array.from({ length: n }, (_, i) => i % 256));
    for (const letter of BASE62_ALPHABET) expect(letters.split(letter)).toHaveLength(5);
  });

  test("a byte from 248 on is thrown away, and the next one decides", () => {
    for (let byte = 0; byte < 256; byte++) {
      const letter = randomBase62(1, (n) => Uint8Array.of(byte, 61).subarray(0, n));
      expect(letter).toBe(byte < 248 ? BASE62_ALPHABET[byte % 62] : "z");
    }
  });

  test("more bytes are asked for when too many were thrown away", () => {
    const asked: number[] = [];
    const letters = randomBase62(43, (n) => {
      asked.push(n);
      return new Uint8Array(n).fill(asked.length < 3 ? 255 : 10);
    });
    expect(letters).toBe("A".repeat(43));
    expect(asked).toHaveLength(3);
  });
});

describe("the alphabet and the checksum's digits", () => {
  test("the alphabet is digits, capitals, small letters", () => {
    expect(BASE62_ALPHABET).toBe(tokenVectors.alphabet);
  });

  test.for(tokenVectors.uint32)("$value is $base62", ({ value, base62 }) => {
    expect(encodeUint32(value)).toBe(base62);
  });
});
