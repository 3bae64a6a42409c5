import { newKeyPair } from "./key-pair.ts";

/** A new ed25519 key, as the line of its .pub file. */
export function newPublicKey(comment?: string): string {
  return newKeyPair(comment).publicKey;
}
