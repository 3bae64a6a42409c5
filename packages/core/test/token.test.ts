import { crc32 } from "node:zlib";
import {
  DEFAULT_PREFIX,
  generateToken,
  isSessionToken,
  isTokenPrefix,
  parseToken,
  redactTokens,
  SESSION_PREFIX,
  withoutSecrets,
} from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeUint32 } from "../src/base62.ts";
import { randomBytes } from "./given.ts";
import { tokenVectors } from "./vectors/read.ts";

const prefixes = fc.stringMatching(/^[a-z][a-z0-9_]{0,15}$/);
const generated = fc
  .tuple(prefixes, fc.infiniteStream(fc.nat({ max: 255 })))
  .map(([prefix, bytes]) => {
    const { token, redacted } = generateToken(prefix, (n) => Uint8Array.from(bytes.take(n)));
    return { prefix, token: token.reveal(), redacted };
  });
const anyCharacter = fc.oneof(
  fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. \n\0"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);

describe("known answers", () => {
  test.for(tokenVectors.valid)("$redacted parses", ({ token, prefix, redacted, ...parts }) => {
    expect(parseToken(token)).toEqual({ prefix, redacted });
    expect(token).toBe(`${prefix}_${parts.secret}${parts.checksum}`);
    expect(crc32(token.slice(0, -6))).toBe(parts.crc32);
    expect(encodeUint32(parts.crc32)).toBe(parts.checksum);
  });

  test.for(tokenVectors.invalid)("$description: refused", ({ token, reason }) => {
    expect(parseToken(token)).toBeNull();
    // What is refused for its checksum alone must pass with the right one: the reason is the true one.
    const mended = token.slice(0, -6) + encodeUint32(crc32(token.slice(0, -6)));
    expect(parseToken(mended) !== null).toBe(reason === "checksum");
  });
});

describe("generated tokens", () => {
  test("every one parses, under every prefix that the pattern allows", () => {
    fc.assert(
      fc.property(generated, ({ prefix, token, redacted }) => {
        expect(parseToken(token)).toEqual({ prefix, redacted });
        expect(token).toHaveLength(prefix.length + 1 + 43 + 6);
      }),
      { numRuns: 500 },
    );
  });

  test("with the default prefix they have 52 characters and begin with sk_", () => {
    const { token } = generateToken(DEFAULT_PREFIX, randomBytes);
    expect(token.reveal()).toMatch(/^sk_[0-9A-Za-z]{49}$/);
  });

  test("redacted, they show the prefix, four characters, and the last four", () => {
    fc.assert(
      fc.property(generated, ({ prefix, token, redacted }) => {
        const random = token.slice(prefix.length + 1);
        expect(redacted).toBe(`${prefix}_${random.slice(0, 4)}…${random.slice(-4)}`);
        expect(redacted).toHaveLength(prefix.length + 1 + 4 + 1 + 4);
      }),
    );
  });

  test("a token comes wrapped and prints as itself nowhere", () => {
    const made = generateToken("sk", randomBytes);
    const secret = made.token.reveal().slice(7, -4);
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(String(made.token)).not.toContain(secret);
  });

  test("what is no prefix makes no token", () => {
    for (const prefix of ["", "S", "1a", "_a", "a-b", "a".repeat(17), "sk\n"]) {
      expect(() => generateToken(prefix, randomBytes)).toThrow(TypeError);
    }
  });
});

describe("a token with something wrong", () => {
  test("each character replaced by each other letter, digit and underscore is refused", () => {
    const token = generateToken("sk", randomBytes).token.reveal();
    for (let at = 0; at < token.length; at++) {
      for (const other of `${tokenVectors.alphabet}_-`) {
        if (other === token[at]) continue;
        expect(parseToken(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
      }
    }
  });

  test("any character replaced by any other is refused, under any prefix", () => {
    fc.assert(
      fc.property(generated, fc.nat(), anyCharacter, ({ token }, somewhere, other) => {
        const at = somewhere % token.length;
        fc.pre(token[at] !== other);
        expect(parseToken(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test("any character put in is refused", () => {
    fc.assert(
      fc.property(generated, fc.nat(), anyCharacter, ({ token }, somewhere, other) => {
        const at = somewhere % (token.length + 1);
        expect(parseToken(token.slice(0, at) + other + token.slice(at))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  test("any character taken out is refused", () => {
    fc.assert(
      fc.property(generated, ({ token }) => {
        for (let at = 0; at < token.length; at++) {
          expect(parseToken(token.slice(0, at) + token.slice(at + 1))).toBeNull();
        }
      }),
    );
  });

  test("every beginning and every end of it is refused", () => {
    fc.assert(
      fc.property(generated, ({ token }) => {
        for (let at = 1; at < token.length; at++) {
          expect(parseToken(token.slice(0, at))).toBeNull();
          expect(parseToken(token.slice(at))).toBeNull();
        }
      }),
    );
  });

  test("two characters that changed places are refused", () => {
    fc.assert(
      fc.property(generated, fc.nat(), ({ token }, somewhere) => {
        const at = somewhere % (token.length - 1);
        const [a, b] = [token[at], token[at + 1]] as [string, string];
        fc.pre(a !== b);
        expect(parseToken(token.slice(0, at) + b + a + token.slice(at + 2))).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("any other text is refused, however long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(parseToken(text)).toBeNull();
      }),
    );
    expect(parseToken(`sk_${"a".repeat(10_000_000)}`)).toBeNull();
  });
});

describe("tokens in a text", () => {
  test("each is shown redacted, wherever it stands, under any prefix", () => {
    fc.assert(
      fc.property(generated, ({ token, redacted }) => {
        expect(redactTokens(token)).toBe(redacted);
        expect(redactTokens(`a "${token}", b=${token}.`)).toBe(`a "${redacted}", b=${redacted}.`);
      }),
    );
  });

  test("one that was mistyped, cut short or grown together with other text is hidden as well", () => {
    const token = generateToken("sk", randomBytes).token.reveal();
    const hidden = token.slice(8, -5);
    const texts = [`from_${token}`, `${token}x`, token.slice(0, -1), token.slice(0, 43)];
    texts.push(`${token.slice(0, 20)}0${token.slice(20)}`, `${token}_${token}`, `_${token}`);
    texts.push(token.slice(0, 23), token.slice(0, 29));
    for (const text of texts) {
      for (let at = 0; at + 8 <= hidden.length; at++) {
        expect(redactTokens(text)).not.toContain(hidden.slice(at, at + 8));
      }
    }
  });

  test("what somebody sent is repeated without any part that may be a secret", () => {
    const secret = generateToken("sk", randomBytes).token.reveal().slice(3);
    expect(withoutSecrets(`keys:${secret.slice(0, 20)}`)).toBe("keys:…");
    expect(withoutSecrets("orders:read")).toBe("orders:read");
  });

  test("other text stays as it is", () => {
    for (const text of ["", "key_01jn000000e00000000000000a", "sk_4fQa…9Zx1", "orders:read", "_"]) {
      expect(redactTokens(text)).toBe(text);
    }
  });
});

describe("prefixes of an installation", () => {
  test.for(["sk", "a", "acme_live", "a_", "k2345678901234_6"])("%s is allowed", (prefix) => {
    expect(isTokenPrefix(prefix)).toBe(true);
  });

  test.for(["", "Sk", "1k", "_k", "s-k", "é", "k23456789012345_7", "sk\n"])(
    "%j is refused",
    (prefix) => {
      expect(isTokenPrefix(prefix)).toBe(false);
    },
  );

  test("the prefix of sessions is reserved, though session tokens are made and parsed alike", () => {
    expect(isTokenPrefix(SESSION_PREFIX)).toBe(false);
    const { token } = generateToken(SESSION_PREFIX, randomBytes);
    expect(parseToken(token.reveal())?.prefix).toBe("lks");
    expect(isSessionToken(token.reveal())).toBe(true);
  });

  test.each(["sk", "lk", "lksa", "lks_a", "xlks", "abc"])(
    "a key's under %s is no session's",
    (prefix) => {
      expect(isSessionToken(generateToken(prefix, randomBytes).token.reveal())).toBe(false);
    },
  );
});
