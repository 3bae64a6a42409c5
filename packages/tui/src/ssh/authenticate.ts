import ssh2 from "ssh2";
import type { AuthContext, PublicKeyAuthContext } from "ssh2";
import type { SshGateway } from "../installation/sshd-connection.ts";
import { fingerprintOf } from "./host-key.ts";

const METHODS: ["publickey"] = ["publickey"];

/** What became of one attempt. One that is proven is still to be accepted; `null` for a question that proves nothing and costs nothing. */
export type Attempt =
  | { readonly proven: true; readonly fingerprint: string }
  | { readonly proven: false }
  | null;

/**
 * Answers one attempt to sign in. Whoever comes is the user of the key whose signature holds; under which
 * name they come does not matter. A key that nobody has and one of somebody disabled look alike.
 *
 * Rejects as the gateway does.
 */
export async function authenticate(
  context: AuthContext,
  { authorizedKey }: Pick<SshGateway, "authorizedKey">,
): Promise<Attempt> {
  if (context.method === "none") {
    context.reject(METHODS);
    return null;
  }
  if (context.method !== "publickey") return refuse(context);
  const fingerprint = fingerprintOf(context.key.data);
  const known = await authorizedKey(fingerprint);
  if (known === null || isSha1(context)) return refuse(context);
  if (context.signature === undefined) {
    // The key would do: now it is to be signed with.
    context.accept();
    return null;
  }
  if (!signatureHolds(context)) return refuse(context);
  return { proven: true, fingerprint };
}

function refuse(context: AuthContext): Attempt {
  context.reject(METHODS);
  return { proven: false };
}

/** RSA without SHA-2 is signed over SHA-1, which no longer proves anything. */
function isSha1({ key, hashAlgo }: PublicKeyAuthContext): boolean {
  return key.algo === "ssh-rsa" && hashAlgo === undefined;
}

function signatureHolds({ key, blob, signature, hashAlgo }: PublicKeyAuthContext): boolean {
  const parsed = ssh2.utils.parseKey(key.data);
  const [first] = Array.isArray(parsed) ? parsed : [parsed];
  if (first === undefined || first instanceof Error || !blob || !signature) return false;
  return first.verify(blob, signature, hashAlgo) === true;
}
