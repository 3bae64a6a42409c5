import { createHmac, type KeyObject } from "node:crypto";
import { bytesEqual } from "@latchkey/core";

// A hint that somebody signed in from here before (OWASP, "Device Cookies"). It proves nothing else: a client that
// presents it has attempts of its own, which strangers guessing at the same account can't use up.

const NONCE_BYTES = 16;
const MAC_BYTES = 32;

/**
 * A new hint for a user who just signed in: base64url of 16 random bytes and of the HMAC-SHA-256 over them and
 * the email.
 *
 * @param key derived from the pepper for `latchkey/device-hint/v1`
 */
export function newDeviceHint(
  key: KeyObject,
  email: string,
  randomBytes: (n: number) => Uint8Array,
): string {
  const nonce = randomBytes(NONCE_BYTES);
  return Buffer.concat([nonce, macOf(key, nonce, email)]).toString("base64url");
}

/** The name of the device that presents a hint; `null` if the hint is not valid for this email. */
export function deviceOf(key: KeyObject, email: string, hint: string): string | null {
  const bytes = Buffer.from(hint, "base64url");
  if (bytes.byteLength !== NONCE_BYTES + MAC_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  if (!bytesEqual(bytes.subarray(NONCE_BYTES), macOf(key, nonce, email))) return null;
  return nonce.toString("base64url");
}

function macOf(key: KeyObject, nonce: Uint8Array, email: string): Uint8Array {
  return createHmac("sha256", key).update(nonce).update(email).digest();
}
