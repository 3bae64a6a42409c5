import { spawn } from "node:child_process";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isSshSignature,
  parseSshPublicKey,
  SSH_PROOF_NAMESPACE,
  type SshPublicKey,
  sshProofMessage,
} from "@latchkey/core";
import type { LatchkeyClient } from "@latchkey/client";

// The proof that one has a private key: ssh-keygen signs the server's challenge, with the file beside the public
// key's or with the ssh-agent. The private key is never read here.

/** Without a terminal for a passphrase, an agent or a file that does not answer is given up. */
const UNATTENDED_MILLISECONDS = 20_000;

export type Proof = { readonly challenge: string; readonly signature: string };

type Signer = {
  readonly env: NodeJS.ProcessEnv;
  /** The public key's file, if it came from one. */
  readonly file: string | null;
  /** Whether a person can be asked for a passphrase. */
  readonly interactive: boolean;
};

/** `null` if nothing here can sign with this key. */
export async function proveSshKey(
  client: LatchkeyClient,
  { publicKey, userId }: { readonly publicKey: string; readonly userId: string },
  signer: Signer,
): Promise<Proof | null> {
  const parsed = parseSshPublicKey(publicKey);
  if (!parsed.ok) return null;
  const key = parsed.value;
  const { challenge } = await client.sshKeys.challenge.query();
  const message = sshProofMessage({ userId, fingerprint: key.fingerprint, challenge });
  const signature = await sign(message, key, signer);
  // The file beside it may be another key's.
  const holds = isSshSignature(signature, { key, namespace: SSH_PROOF_NAMESPACE, message });
  return holds ? { challenge, signature } : null;
}

async function sign(message: string, key: SshPublicKey, signer: Signer): Promise<string> {
  const beside = signer.file?.endsWith(".pub") === true ? signer.file.slice(0, -4) : null;
  if (beside !== null && (await isThere(beside))) return keygen(message, beside, signer);
  // Only with the agent, which gets the key in a file.
  const folder = await mkdtemp(join(tmpdir(), "latchkey-proof-"));
  try {
    const file = join(folder, "key.pub");
    await writeFile(file, `${key.line}\n`);
    return await keygen(message, file, signer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** "" if it did not sign. */
async function keygen(
  message: string,
  file: string,
  { env, interactive }: Signer,
): Promise<string> {
  const args = ["-q", "-Y", "sign", "-n", SSH_PROOF_NAMESPACE, "-f", file];
  const unattended = { SSH_ASKPASS: "false", SSH_ASKPASS_REQUIRE: "force" };
  const child = spawn("ssh-keygen", args, {
    env: { ...env, ...(interactive ? {} : unattended) },
    stdio: ["pipe", "pipe", "ignore"],
    ...(interactive ? {} : { timeout: UNATTENDED_MILLISECONDS }),
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  // It may exit without reading, or be missing.
  child.stdin.on("error", () => {});
  child.stdin.end(message);
  await new Promise<void>((ended) => {
    child.once("error", () => ended());
    child.once("close", () => ended());
  });
  return Buffer.concat(chunks).toString("latin1");
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
