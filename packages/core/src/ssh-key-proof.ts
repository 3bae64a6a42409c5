import { createHmac, type KeyObject } from "node:crypto";
import { bytesEqual } from "./digest.ts";
import type { UserId } from "./ids.ts";

// The proof that somebody who registers a public key has its private key: a signature over a challenge
// from the server, for one user and one key.

/** As of `ssh-keygen -Y sign -n`: makes the signature invalid anywhere else. */
export const SSH_PROOF_NAMESPACE = "latchkey";
/** A proof is made at once: one that was prepared in advance, or is replayed later, is refused. */
export const SSH_CHALLENGE_SECONDS = 300;

/** What is signed. Four lines, none of which can contain a line end. */
export function sshProofMessage(proof: {
  readonly userId: string;
  readonly fingerprint: string;
  readonly challenge: string;
}): string {
  const { userId, fingerprint, challenge } = proof;
  return ["latchkey ssh key proof", userId, fingerprint, challenge].join("\n");
}

/** @param key derived from the pepper for `latchkey/ssh-key-challenge/v1` */
export function newSshChallenge(key: KeyObject, userId: UserId, now: Date): string {
  const milliseconds = now.getTime();
  return `${milliseconds}.${macOf(key, userId, milliseconds).toString("hex")}`;
}

/** Whether it was issued to this user, and is still valid. */
export function isSshChallenge(
  key: KeyObject,
  userId: UserId,
  challenge: string,
  now: Date,
): boolean {
  const [, milliseconds, mac] = /^([1-9]\d{0,14})\.([0-9a-f]{64})$/.exec(challenge) ?? [];
  if (milliseconds === undefined || mac === undefined) return false;
  const issuedAt = Number(milliseconds);
  const age = now.getTime() - issuedAt;
  if (age < 0 || age > SSH_CHALLENGE_SECONDS * 1000) return false;
  return bytesEqual(Buffer.from(mac, "hex"), macOf(key, userId, issuedAt));
}

function macOf(key: KeyObject, userId: UserId, milliseconds: number): Buffer {
  return createHmac("sha256", key).update(`${userId}\n${milliseconds}`).digest();
}
