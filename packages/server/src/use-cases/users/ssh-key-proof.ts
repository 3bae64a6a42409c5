import {
  derivePepperKey,
  type ErrorOf,
  err,
  isSshChallenge,
  isSshSignature,
  type NewSshKey,
  newSshChallenge,
  ok,
  type Result,
  SSH_PROOF_NAMESPACE,
  sshProofMessage,
  type UserId,
} from "@latchkey/core";
import type { Caller, Services } from "../services.ts";

// A person proves to have a private key by signing a challenge.

/** The challenge as it was issued, and the signature that `ssh-keygen -Y sign -n latchkey` made. */
export type SshKeyProof = { readonly challenge: string; readonly signature: string };

/** For the caller's own keys, for some minutes. */
export async function giveSshChallenge(
  { store, pepper }: Services,
  { principal }: Caller,
): Promise<{ readonly challenge: string }> {
  const now = await store.now();
  return { challenge: newSshChallenge(challengeKey(pepper), principal.userId, now) };
}

/** Whether there is a proof, and it is valid. Error: INPUT_INVALID of `proof`. */
export function checkSshKeyProof(
  { pepper }: Pick<Services, "pepper">,
  proof: SshKeyProof | undefined,
  by: { readonly caller: UserId; readonly userId: UserId; readonly key: NewSshKey["key"] },
  now: Date,
): Result<boolean, ErrorOf<"INPUT_INVALID">> {
  if (proof === undefined) return ok(false);
  const { challenge, signature } = proof;
  const { userId, key } = by;
  if (userId !== by.caller) return refused("Only one's own key can be proven. Leave it out.");
  if (!isSshChallenge(challengeKey(pepper), userId, challenge, now)) {
    return refused("The challenge is too old, or another's. Ask for a new one.");
  }
  const message = sshProofMessage({ userId, fingerprint: key.fingerprint, challenge });
  const holds = isSshSignature(signature, { key, namespace: SSH_PROOF_NAMESPACE, message });
  return holds ? ok(true) : refused("The signature is not this key's over this challenge.");
}

function challengeKey(pepper: Services["pepper"]) {
  return derivePepperKey(pepper, "latchkey/ssh-key-challenge/v1");
}

function refused(message: string): Result<never, ErrorOf<"INPUT_INVALID">> {
  return err({ code: "INPUT_INVALID", fields: [{ field: "proof", message }] });
}
