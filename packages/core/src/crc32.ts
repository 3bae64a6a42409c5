// CRC-32 (IEEE 802.3, as in zlib and gzip) of short ASCII texts. A call into zlib takes longer than the
// whole sum does here, and every presented token is checked by it.

const POLYNOMIAL = 0xedb88320;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

/** The CRC-32 of the first `length` characters, each below U+0080, as an unsigned integer. */
export function crc32(text: string, length: number): number {
  let sum = 0xffffffff;
  for (let index = 0; index < length; index += 1) {
    sum = (sum >>> 8) ^ (table[(sum ^ text.charCodeAt(index)) & 0xff] as number);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
