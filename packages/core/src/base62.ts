// Base62 over 0-9A-Za-z, the alphabet of tokens.

export const BASE62_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The largest multiple of 62 that fits in a byte: bytes from here on would favour early letters. */
const REJECT_FROM = 248;

/**
 * `length` letters, each uniform over the alphabet, by rejection sampling.
 *
 * @param randomBytes returns n random bytes from a cryptographic source.
 */
export function randomBase62(length: number, randomBytes: (n: number) => Uint8Array): string {
  let text = "";
  while (text.length < length) {
    // 3.1 % of bytes are rejected; a quarter more than needed makes a second round rare.
    for (const byte of randomBytes(Math.ceil((length - text.length) * 1.25))) {
      if (byte < REJECT_FROM && text.length < length) text += BASE62_ALPHABET[byte % 62];
    }
  }
  return text;
}

/** An unsigned 32-bit integer as 6 letters, left-padded with `0`. */
export function encodeUint32(value: number): string {
  let text = "";
  for (let rest = value; text.length < 6; rest = Math.floor(rest / 62)) {
    text = BASE62_ALPHABET.charAt(rest % 62) + text;
  }
  return text;
}

const letterCodes = Uint8Array.from(BASE62_ALPHABET, (letter) => letter.charCodeAt(0));

/** Whether a text ends in {@link encodeUint32} of the value, without allocating it. */
export function endsInUint32(text: string, value: number): boolean {
  let rest = value;
  for (let index = text.length - 1; index >= text.length - 6; index -= 1) {
    const next = Math.floor(rest / 62);
    if (text.charCodeAt(index) !== letterCodes[rest - next * 62]) return false;
    rest = next;
  }
  return true;
}
