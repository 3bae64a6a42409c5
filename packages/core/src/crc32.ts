// CRC-32 (IEEE 802.3, as in zlib and gzip) of short ASCII texts. A call into zlib takes longer than the
// whole sum does here, and every presented token is checked by it.

const POLYNOMIAL = 0xedb88320;

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

/** The state before the first character. */
export const CRC_START = -1;

/** The state after one more character, below U+0080. */
export function crcAfter(state: number, code: number): number {
  return (state >>> 8) ^ (table[(state ^ code) & 0xff] as number);
}

/** The checksum of a state, as an unsigned integer. */
export function crcOf(state: number): number {
  return ~state >>> 0;
}

/** The CRC-32 of a text of characters below U+0080, as an unsigned integer. */
export function crc32(text: string): number {
  let state = CRC_START;
  for (let index = 0; index < text.length; index += 1) {
    state = crcAfter(state, text.charCodeAt(index));
  }
  return crcOf(state);
}
