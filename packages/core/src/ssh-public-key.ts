import { createHash, createPublicKey } from "node:crypto";
import type { ErrorOf } from "./errors.ts";
import { ok, type Result } from "./result.ts";
import { DAMAGED, type EcPoint, readSshKeyLine, refused } from "./ssh-key-line.ts";

// A public key by which a person may authenticate.

export type SshPublicKey = {
  /** Type and base64: what is stored, and what an authorized_keys file has. */
  readonly line: string;
  /** The decoded base64. */
  readonly blob: Buffer;
  /** Of the blob, as {@link sshFingerprint} returns it. */
  readonly fingerprint: string;
  /** The rest of the line, often `user@host`. */
  readonly comment: string;
};

/** A valid OpenSSH public key. Error: INPUT_INVALID of `publicKey`, as of {@link readSshKeyLine}. */
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
 * @param blob the decoded base64 of the key's line
 */
export function sshFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** Whether a text is a fingerprint as {@link sshFingerprint} returns it, of any key. */
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
