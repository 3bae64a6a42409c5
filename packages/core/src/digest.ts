import {
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";

// What is stored of a token: HMAC-SHA-256 under a pepper that lives outside the database (RFC 2104).
// A stolen dump matches nothing, and a digest planted in the database verifies nothing.

export const PEPPER_BYTES = 32;
export const DIGEST_BYTES = 32;

/** A 256-bit key outside the database. A `KeyObject`, since those print no bytes and hash faster. */
export type Pepper = KeyObject;

/** What a key derived from the pepper is for. The strings are part of the format: never change one. */
export type PepperPurpose =
  | "latchkey/device-hint/v1"
  | "latchkey/event-log/v1"
  | "latchkey/password/v1"
  | "latchkey/pepper-check/v1"
  | "latchkey/pepper-check/v2"
  | "latchkey/row-mac/v1"
  | "latchkey/session-digest/v1"
  | "latchkey/ssh-key-challenge/v1";

/**
 * @throws TypeError unless given exactly 32 bytes.
 * @example
 * const pepper = createPepper(randomBytes(PEPPER_BYTES));
 */
export function createPepper(bytes: Uint8Array): Pepper {
  if (bytes.byteLength !== PEPPER_BYTES) {
    throw new TypeError(`a pepper is ${PEPPER_BYTES} bytes, not ${bytes.byteLength}`);
  }
  return createSecretKey(bytes);
}

/**
 * The 32-byte digest under which a token is stored and looked up.
 *
 * @example
 * const digest = digestToken(pepper, token.reveal());
 */
export function digestToken(pepper: Pepper, token: string): Uint8Array {
  return createHmac("sha256", pepper).update(token).digest();
}

/**
 * The name of a token's record in memory, where the token itself would be a secret. One character a byte,
 * the shortest such text.
 *
 * @example
 * cache.find(cacheName(token), monotonicNow);
 */
export function cacheName(token: string): string {
  return hash("sha256", token, "binary");
}

/**
 * A 256-bit key for another purpose (HKDF-SHA-256, RFC 5869, no salt, the purpose as info).
 *
 * @example
 * const sessionKey = derivePepperKey(pepper, "latchkey/session-digest/v1");
 */
export function derivePepperKey(pepper: Pepper, purpose: PepperPurpose): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync("sha256", pepper, "", purpose, PEPPER_BYTES)));
}

/**
 * The 32-byte digest of a session token.
 *
 * @param key derived from the pepper for `latchkey/session-digest/v1`
 * @example
 * const digest = digestSessionToken(sessionKey, sessionToken.reveal());
 */
export function digestSessionToken(key: KeyObject, token: string): Uint8Array {
  return createHmac("sha256", key).update(token).digest();
}

/**
 * 32 bytes that the database keeps to recognise its pepper; they reveal nothing about it. Version 2 also
 * says that its rows have MACs: without having seen the other value that can't be reverted.
 *
 * @example
 * bytesEqual(pepperCheck(pepper, 2), stored); // whether it is the pepper of this database
 */
export function pepperCheck(pepper: Pepper, version: 1 | 2): Uint8Array {
  return derivePepperKey(pepper, `latchkey/pepper-check/v${version}`).export();
}

/** Whether two byte strings are equal, in a time that depends on their lengths alone. */
export function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
