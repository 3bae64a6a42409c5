// Text from files and pipes. Windows writes UTF-16, and puts a byte order mark before UTF-8 too.

const MARKS = [
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

/** Decodes bytes by their byte order mark, which is removed; UTF-8 without one. */
export function textOf(bytes: Uint8Array): string {
  const mark = MARKS.find((one) => one.bytes.every((byte, at) => bytes[at] === byte));
  return new TextDecoder(mark?.encoding ?? "utf-8").decode(bytes);
}

/** The text if the bytes are valid UTF-8; else `null`. */
export function exactText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return /[\uFEFF\0]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
