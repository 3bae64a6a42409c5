import { sshFingerprint } from "@latchkey/core";
import ssh2 from "ssh2";
import type { AuthContext, PublicKeyAuthContext } from "ssh2";
import type { PrivateGateway } from "../connection/sshd-connection.ts";

/** What one attempt to sign in comes to. One that is proven is still to be let in. */
export type Verdict =
  /** It only asks which methods there are. */
  | { readonly outcome: "asks" }
  /** The key would do: now it is to be signed with. */
  | { readonly outcome: "known" }
  | { readonly outcome: "proven"; readonly fingerprint: string }
  | { readonly outcome: "refused" };

const REFUSED = { outcome: "refused" } as const;
/** What a packet has room for is more than any key has. */
const MAX_KEY_BYTES = 8 * 1024;

/**
 * Judges one attempt to sign in. Whoever comes is the user of the key whose signature holds; under which
 * name they come does not matter. A key that nobody has and one of somebody disabled look alike.
 *
 * Rejects as `authorizedKey` does.
 */
export async function authenticate(
  context: AuthContext,
  { authorizedKey }: Pick<PrivateGateway, "authorizedKey">,
): Promise<Verdict> {
  if (context.method === "none") return { outcome: "asks" };
  if (context.method !== "publickey") return REFUSED;
  // A request that is cut short has none.
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
 * Whether the algorithm that a request names is one of its key's (RFC 8332, 3; RFC 5656; RFC 8709). ssh2
 * verifies by the name: an RSA key under a wrong one over SHA-1. What it calls `algo` and `hashAlgo` it
 * has taken from that name, not from the key.
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
