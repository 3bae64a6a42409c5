import { encodeUint32, endsInUint32, randomBase62 } from "./base62.ts";
import { CRC_START, crc32, crcAfter, crcOf } from "./crc32.ts";
import { Redacted } from "./redacted.ts";

// A token: `<prefix>_<secret><checksum>`, 43 random letters and 6 of CRC-32 behind a public prefix.
// The checksum detects accidents before any lookup; it is no defence against those who compute it.

/** 62^43 > 2^256: a secret has 256 bits. */
export const SECRET_LENGTH = 43;
export const CHECKSUM_LENGTH = 6;
export const DEFAULT_PREFIX = "sk";
/** The prefix of session tokens. No key may have it. */
export const SESSION_PREFIX = "lks";

const MAX_PREFIX_LENGTH = 16;
/** What follows the prefix: `_`, secret and checksum. */
const TAIL_LENGTH = 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
/** By character code: whether it may be in a prefix, and whether in a secret. */
const [inPrefix, inSecret] = [/[a-z0-9_]/, /[0-9A-Za-z]/].map((letter) =>
  Uint8Array.from({ length: 128 }, (_, code) => (letter.test(String.fromCharCode(code)) ? 1 : 0)),
) as [Uint8Array, Uint8Array];
const UNDERSCORE = 0x5f;
/** So many letters and digits in a row may be a secret: mistyped, truncated, or run together with other text. */
const SECRET_RUN = "[0-9A-Za-z]{20,}";
const SECRET_IN_TEXT = new RegExp(SECRET_RUN, "g");
/** An id (ids.ts) is no secret. */
const ID_SUFFIX = "[0-7][0-9a-hjkmnp-tv-z]{25}(?![0-9A-Za-z])";
const TOKEN_IN_TEXT = new RegExp(`_(?!${ID_SUFFIX})(${SECRET_RUN})`, "g");
const PREFIX_PATTERN = new RegExp(`^[a-z][a-z0-9_]{0,${MAX_PREFIX_LENGTH - 1}}$`);

export type ParsedToken = {
  readonly prefix: string;
  /** The redacted form: prefix, first 4 of the secret, `…`, last 4 of the token. */
  readonly redacted: string;
};

/**
 * Whether an installation may issue keys under this prefix: `[a-z][a-z0-9_]{0,15}`, but not `lks`.
 *
 * @example
 * isTokenPrefix("sk_live"); // true
 * isTokenPrefix("lks"); // false: of sessions
 */
export function isTokenPrefix(prefix: string): boolean {
  return PREFIX_PATTERN.test(prefix) && prefix !== SESSION_PREFIX;
}

/**
 * A new token of 256 random bits. It is wrapped, since this is the only time that it exists.
 *
 * @param prefix as accepted by {@link isTokenPrefix}, or {@link SESSION_PREFIX}
 * @param randomBytes returns n random bytes from a cryptographic source
 * @example
 * const { token, redacted } = generateToken("sk", randomBytes);
 * token.reveal(); // "sk_", then 43 letters of the secret, then 6 of the checksum
 * redacted; // "sk_Ab12…9xYz"
 */
export function generateToken(
  prefix: string,
  randomBytes: (n: number) => Uint8Array,
): { readonly token: Redacted<string>; readonly redacted: string } {
  if (!PREFIX_PATTERN.test(prefix)) throw new TypeError("not a token prefix");
  const body = `${prefix}_${randomBase62(SECRET_LENGTH, randomBytes)}`;
  const token = body + checksum(body);
  return { token: new Redacted(token), redacted: redactToken(prefix, token) };
}

/**
 * Whether a presented string is a token at all: shape and checksum. It splits from the right, so
 * prefixes may contain underscores, and does no work beyond 66 characters.
 *
 * @example
 * if (!isToken(presented)) return { outcome: "NOT_FOUND" }; // without any lookup
 */
export function isToken(presented: string): boolean {
  if (!mayBeToken(presented)) return false;
  // One pass over the characters, for both shape and checksum: every miss and all junk pays for it.
  const first = presented.charCodeAt(0);
  if (first < 0x61 || first > 0x7a) return false;
  const [tailAt, sumAt] = [presented.length - TAIL_LENGTH, presented.length - CHECKSUM_LENGTH];
  let sum = CRC_START;
  for (let index = 0; index < sumAt; index += 1) {
    const code = presented.charCodeAt(index);
    if ((index <= tailAt ? inPrefix : inSecret)[code] !== 1) return false;
    sum = crcAfter(sum, code);
  }
  // Encoding what we computed, rather than decoding what was sent, also refuses values above 2^32-1.
  return endsInUint32(presented, crcOf(sum));
}

/**
 * Whether its length and its last underscore are those of a token, in constant time: enough before a lookup
 * of cached tokens.
 */
export function mayBeToken(presented: string): boolean {
  const tailAt = presented.length - TAIL_LENGTH;
  return tailAt >= 1 && tailAt <= MAX_PREFIX_LENGTH && presented.charCodeAt(tailAt) === UNDERSCORE;
}

/**
 * What a presented string is, or `null` if it is not a token: see {@link isToken}.
 *
 * @example
 * parseToken(token); // { prefix: "sk", redacted: "sk_Ab12…9xYz" }
 */
export function parseToken(presented: string): ParsedToken | null {
  if (!isToken(presented)) return null;
  const prefix = presented.slice(0, -TAIL_LENGTH);
  return { prefix, redacted: redactToken(prefix, presented) };
}

/** Whether a token is a session's rather than a key's. Only for tokens ({@link isToken}). */
export function isSessionToken(token: string): boolean {
  return token.length === SESSION_PREFIX.length + TAIL_LENGTH && token.startsWith(SESSION_PREFIX);
}

/** A text with every token in it replaced by its redacted form, for messages to people. */
export function redactTokens(text: string): string {
  return text.replace(
    TOKEN_IN_TEXT,
    (_, secret: string) => `_${secret.slice(0, 4)}…${secret.slice(-4)}`,
  );
}

/** What somebody sent, without whatever in it may be a secret. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET_IN_TEXT, "…");
}

function checksum(body: string): string {
  return encodeUint32(crc32(body));
}

function redactToken(prefix: string, token: string): string {
  const secretAt = prefix.length + 1;
  return `${prefix}_${token.slice(secretAt, secretAt + 4)}…${token.slice(-4)}`;
}
