// The parts of SSH packets (RFC 4251, section 5).

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Its length and itself. */
export function string(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

export function packet(type: number, ...parts: readonly (Buffer | number)[]): Buffer {
  const buffers = parts.map((part) => (typeof part === "number" ? uint32(part) : part));
  return Buffer.concat([Buffer.of(type), ...buffers]);
}
