import { z } from "zod";
import { addSshKey } from "../../use-cases/users/add-ssh-key.ts";
import { listSshKeys } from "../../use-cases/users/list-ssh-keys.ts";
import { removeSshKey } from "../../use-cases/users/remove-ssh-key.ts";
import { giveSshChallenge } from "../../use-cases/users/ssh-key-proof.ts";
import { sshKeyToWire } from "../to-wire.ts";
import { person, router, unwrap } from "../procedure.ts";
import type { SshKey } from "@latchkey/client";
import { anyUserId, fingerprint, nothing } from "./inputs.ts";

// sshKeys.*: the public keys by which people sign in over SSH. For people only, their own; for admins
// anybody's.

const PROOF_HINT = "Give the challenge and the signature that ssh-keygen -Y sign made of it.";

/** Longer than any accepted key. */
const MAX_SIGNATURE_LENGTH = 16_384;

const proof = z.strictObject(
  {
    challenge: z.string(PROOF_HINT).max(200, PROOF_HINT),
    signature: z.string(PROOF_HINT).max(MAX_SIGNATURE_LENGTH, PROOF_HINT),
  },
  PROOF_HINT,
);

export const sshKeys = router({
  challenge: person
    .input(nothing)
    .query(async ({ ctx: { services, caller } }) => giveSshChallenge(services, caller)),

  list: person
    .input(z.strictObject({ userId: anyUserId.optional() }).prefault({}))
    .query(async ({ ctx: { services, caller }, input }): Promise<{ items: SshKey[] }> => {
      const keys = unwrap(await listSshKeys(services, caller, input));
      return { items: keys.map(sshKeyToWire) };
    }),

  add: person
    .input(
      z.strictObject({
        // Longer than any accepted key.
        publicKey: z.string("Give a public key.").max(16_384, "Give one public key, on one line."),
        label: z.string("Give a label, or leave it out.").max(1000).optional(),
        userId: anyUserId.optional(),
        proof: proof.optional(),
      }),
    )
    .mutation(async ({ ctx: { services, caller }, input }) =>
      sshKeyToWire(unwrap(await addSshKey(services, caller, input))),
    ),

  remove: person
    .input(z.strictObject({ fingerprint }))
    .mutation(async ({ ctx: { services, caller }, input }) =>
      unwrap(await removeSshKey(services, caller, input)),
    ),
});
