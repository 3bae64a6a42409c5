import { sshFingerprint } from "@latchkey/core";
import ssh2 from "ssh2";
import type { AuthContext, PublicKeyAuthContext } from "ssh2";
import type { PrivateGateway } from "../connection/sshd-connection.ts";

/** The result of one attempt to sign in. A proven one still has to be admitted. */
export type Verdict =
  /** It only asks for the available methods. */
  | { readonly outcome: "asks" }
  /** The key is accepted: a signature is still needed. */
  | { readonly outcome: "known" }
  | { readonly outcome: "proven"; readonly fingerprint: string }
  | { readonly outcome: "refused" };

const REFUSED = { outcome: "refused" } as const;
/** A packet has room for more than any key has. */
const MAX_KEY_BYTES = 8 * 1024;

/**
 * Judges one attempt to sign in. The user is that of the key whose signature is valid; the user name does not
 * matter. An unregistered key and one of a disabled user look alike.
 *
 * Rejects as `authorizedKey` does.
 */
export async function authenticate(
  context: AuthContext,
  { authorizedKey }: Pick<PrivateGateway, "authorizedKey">,
): Promise<Verdict> {
  if (context.method === "none") return { outcome: "asks" };
  if (context.method !== "publickey") return REFUSED;
  // A truncated request has none.
  const blob = context.key.data as Buffer | undefined;
  if (blob === undefined || blob.length === 0 || blob.length > MAX_KEY_BYTES) return REFUSED;
  const fingerprint = sshFingerprint(blob);
  if ((await authorizedKey(fingerprint)) === null || !isHonest(context)) return REFUSED;
  if (context.signature === undefined) return { outcome: "known" };
  return signatureHolds(context) ? { outcome: "proven", fingerprint } : REFUSED;
}

const SHA2 = new Set(["sha256", "sha512"]);
const WITH_OWN_HASH = /^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521))$/;

/**
 * Whether the algorithm of a request is one of its key's (RFC 8332, 3; RFC 5656; RFC 8709). ssh2 verifies by the
 * request's name: an RSA key under a wrong one with SHA-1. Its `algo` and `hashAlgo` are from that name, not from
 * the key.
 */
function isHonest({ key, hashAlgo }: PublicKeyAuthContext): boolean {
  const parsed = parsedKey(key.data);
  if (parsed === null || parsed.type !== key.algo) return false;
  if (parsed.type === "ssh-rsa") return hashAlgo !== undefined && SHA2.has(hashAlgo);
  return WITH_OWN_HASH.test(parsed.type) && hashAlgo === undefined;
}

function signatureHolds({ key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  if (!blob || !signature) return false;
  return parsedKey(key.data)?.verify(blob, signature, hashAlgo) === true;
}

function parsedKey(blob: Buffer) {
  const parsed = ssh2.utils.parseKey(blob);
  const [first] = Array.isArray(parsed) ? parsed : [parsed];
  return first === undefined || first instanceof Error ? null : first;
}
