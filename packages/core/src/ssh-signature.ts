import { createPublicKey, hash, type JsonWebKey, verify } from "node:crypto";
import { curveOf, pointIn, stringsIn } from "./ssh-key-line.ts";

// Signatures as `ssh-keygen -Y sign` writes them (OpenSSH, PROTOCOL.sshsig), by keys that are accepted.

const ARMOR = /^-----BEGIN SSH SIGNATURE-----\s+([0-9A-Za-z+/=\s]+)-----END SSH SIGNATURE-----\s*$/;
const MAGIC = Buffer.from("SSHSIG");
const VERSION = 1;
const messageHashes = ["sha256", "sha512"];

/**
 * Whether `armored` is a signature of `message` by the private half of this very key, made for the
 * namespace. RSA only with SHA-2 (RFC 8332).
 */
export function isSshSignature(
  armored: string,
  of: {
    readonly key: { readonly blob: Buffer };
    readonly namespace: string;
    readonly message: string;
  },
): boolean {
  const parts = partsOf(armored);
  if (parts === null) return false;
  const [publicKey, namespace, reserved, hashName, signature] = parts;
  const messageHash = hashName.toString("latin1");
  if (!publicKey.equals(of.key.blob) || namespace.toString() !== of.namespace) return false;
  if (!messageHashes.includes(messageHash)) return false;
  const digest = hash(messageHash, of.message, "buffer");
  const signed = Buffer.concat([MAGIC, ...[namespace, reserved, hashName, digest].map(sshString)]);
  return holds(publicKey, signature, signed);
}

/** Public key, namespace, reserved, hash algorithm, signature; `null` if it is no such signature. */
function partsOf(armored: string): [Buffer, Buffer, Buffer, Buffer, Buffer] | null {
  const bytes = Buffer.from(ARMOR.exec(armored)?.[1] ?? "", "base64");
  const start = MAGIC.length + 4;
  if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  if (bytes.readUInt32BE(MAGIC.length) !== VERSION) return null;
  const parts = stringsIn(bytes.subarray(start));
  return parts?.length === 5 ? (parts as [Buffer, Buffer, Buffer, Buffer, Buffer]) : null;
}

function holds(blob: Buffer, signature: Buffer, signed: Buffer): boolean {
  const [algorithmName, value, ...rest] = stringsIn(signature) ?? [];
  const [type, first, second] = stringsIn(blob) ?? [];
  if (algorithmName === undefined || value === undefined || rest.length > 0) return false;
  if (type === undefined || first === undefined) return false;
  const algorithm = algorithmName.toString("latin1");
  // An RSA key's signature algorithms have other names than its type.
  if (type.toString("latin1") === "ssh-rsa") {
    const digest = { "rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512" }[algorithm];
    if (digest === undefined || second === undefined) return false;
    return isSigned(
      digest,
      signed,
      { kty: "RSA", n: base64url(second), e: base64url(first) },
      value,
    );
  }
  if (algorithm !== type.toString("latin1")) return false;
  if (algorithm === "ssh-ed25519") {
    return isSigned(null, signed, { kty: "OKP", crv: "Ed25519", x: base64url(first) }, value);
  }
  const curve = curveOf(algorithm);
  const point = pointIn(algorithm, blob);
  const numbers = stringsIn(value);
  if (curve === undefined || point === null || numbers?.length !== 2) return false;
  const fixed = numbers.map((number) => fixedLength(number, curve.bytes));
  return isSigned(curve.hash, signed, { ...point }, Buffer.concat(fixed));
}

function isSigned(digest: string | null, signed: Buffer, jwk: JsonWebKey, value: Buffer): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return verify(digest, signed, { key, dsaEncoding: "ieee-p1363" }, value);
  } catch {
    return false;
  }
}

/** An mpint padded to that many bytes. A longer one is kept, and fails verification. */
function fixedLength(number: Buffer, bytes: number): Buffer {
  const significant = number[0] === 0 ? number.subarray(1) : number;
  return Buffer.concat([Buffer.alloc(Math.max(0, bytes - significant.length)), significant]);
}

function sshString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function base64url(bytes: Buffer): string {
  return bytes.toString("base64url");
}
