import { CHECKSUM_LENGTH, SECRET_LENGTH } from "@latchkey/core";

/** The token as long as it is, with nothing of it but what the redacted form tells anyway. */
export function maskToken(redacted: string): string {
  const [head = "", tail = ""] = redacted.split("…");
  const prefix = head.slice(0, head.lastIndexOf("_") + 1);
  return `${prefix}${"•".repeat(SECRET_LENGTH + CHECKSUM_LENGTH - tail.length)}${tail}`;
}
