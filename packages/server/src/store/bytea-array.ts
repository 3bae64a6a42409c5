/** `{"\\x0102","\\x0304"}`, the text of a `bytea[]`: both drivers take an array so. */
export function byteaArray(digests: readonly string[]): string {
  return `{${digests.map((hex) => `"\\\\x${hex}"`).join(",")}}`;
}
