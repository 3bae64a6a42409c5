import { createHash, createPublicKey } from "node:crypto";
import type { ErrorOf } from "./errors.ts";
import { ok, type Result } from "./result.ts";
import { DAMAGED, type EcPoint, readSshKeyLine, refused } from "./ssh-key-line.ts";

// A public key by which a person may be known.

export type SshPublicKey = {
  /** Type and base64: what is stored, and what stands in an authorized_keys file. */
  readonly line: string;
  /** What the base64 stands for. */
  readonly blob: Buffer;
  /** As `ssh-keygen -l` prints it: `SHA256:` and the unpadded base64 of the blob's SHA-256. */
  readonly fingerprint: string;
  /** Whatever stands behind, often `user@host`. */
  readonly comment: string;
};

/** One OpenSSH public key that holds. Error: INPUT_INVALID of `publicKey`, as of {@link readSshKeyLine}. */
export function parseSshPublicKey(input: string): Result<SshPublicKey, ErrorOf<"INPUT_INVALID">> {
  const read = readSshKeyLine(input);
  if (!read.ok) return read;
  const { line, blob, comment, point } = read.value;
  if (point !== null && !isOnCurve(point)) return refused(DAMAGED);
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return ok({ line, blob, fingerprint: `SHA256:${digest}`, comment });
}

function isOnCurve(point: EcPoint): boolean {
  try {
    createPublicKey({ key: { ...point }, format: "jwk" });
    return true;
  } catch {
    return false;
  }
}
