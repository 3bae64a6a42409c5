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
  /** Of the blob, as {@link sshFingerprint} gives it. */
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
  return ok({ line, blob, fingerprint: sshFingerprint(blob), comment });
}

/**
 * A public key's fingerprint as `ssh-keygen -l` prints it: `SHA256:` and 43 letters of unpadded base64.
 *
 * @param blob what the base64 of the key's line stands for
 */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Whether a text is a fingerprint as {@link sshFingerprint} gives it, of whatever key. */
export function isSshFingerprint(text: string): boolean {
  return /^SHA256:[0-9A-Za-z+/]{43}$/.test(text);
}

function isOnCurve(point: EcPoint): boolean {
  try {
    createPublicKey({ key: { ...point }, format: "jwk" });
    return true;
  } catch {
    return false;
  }
}
