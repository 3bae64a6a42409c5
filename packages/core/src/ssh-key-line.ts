import type { ErrorOf } from "./errors.ts";
import { err, ok, type Result } from "./result.ts";
import { lineOfRfc4716, otherFormatProblem } from "./ssh-key-formats.ts";

// Public keys as OpenSSH writes them: one line of type, base64 and a comment (sshd(8), AUTHORIZED_KEYS
// FILE FORMAT). The base64 is of strings with their lengths (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4).

/** A public key as it is written, complete as far as can be told without arithmetic. */
export type SshKeyLine = {
  /** Type and base64: what is stored, and what an authorized_keys file has. */
  readonly line: string;
  readonly blob: Buffer;
  /** The rest of the line, often `user@host`. */
  readonly comment: string;
  /** The point of an ECDSA key as a JWK (RFC 7518, 6.2.1); not checked to be on its curve. */
  readonly point: EcPoint | null;
};

export type EcPoint = {
  readonly kty: "EC";
  readonly crv: string;
  readonly x: string;
  readonly y: string;
};

const MIN_RSA_BITS = 3072;
/** OpenSSH's maximum. */
const MAX_RSA_BITS = 16_384;
const ED25519_BYTES = 32;
/** By the key's type; `hash` is what such a key signs with (RFC 5656, 6.2.1). */
const curves = {
  "ecdsa-sha2-nistp256": { name: "nistp256", jwk: "P-256", bytes: 32, hash: "sha256" },
  "ecdsa-sha2-nistp384": { name: "nistp384", jwk: "P-384", bytes: 48, hash: "sha384" },
  "ecdsa-sha2-nistp521": { name: "nistp521", jwk: "P-521", bytes: 66, hash: "sha512" },
} as const;

type Curve = (typeof curves)[keyof typeof curves];

const types = ["ssh-ed25519", "ssh-rsa", ...Object.keys(curves)] as const;
const MAKE_ONE = "Make one with ssh-keygen -t ed25519.";
export const DAMAGED = "The key is damaged or cut off. Copy its whole line again.";

/**
 * The line of one public key as OpenSSH or RFC 4716 writes it: ed25519, ECDSA on nistp256, nistp384 or
 * nistp521, or RSA of 3072 bits or more. It needs no cryptography, so that a client can check a key
 * before sending it: it may be a private one. Error: INPUT_INVALID of `publicKey`, with what to do.
 */
export function readSshKeyLine(input: string): Result<SshKeyLine, ErrorOf<"INPUT_INVALID">> {
  const other = otherFormatProblem(input);
  if (other !== null) return refused(other);
  const lines = lineOfRfc4716(input)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
  const written = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (written.length === 0) return refused("Give the line of a file like ~/.ssh/id_ed25519.pub.");
  if (written.length > 1) return refused(linesProblem(written));
  const [type = "", base64 = "", ...rest] = (written[0] ?? "").split(/[ \t]+/);
  const comment = rest.join(" ");
  if (!types.includes(type)) return refused(typeProblem(type, written[0] ?? ""));
  // Two lines that were pasted into one.
  if (/(?:^| )(?:ssh|ecdsa|sk)-\S+ AAAA/.test(comment)) {
    return refused("Give one public key, on one line.");
  }
  const blob = Buffer.from(base64, "base64");
  if (blob.length === 0 || blob.toString("base64") !== base64) return refused(DAMAGED);
  const problem = blobProblem(type, blob);
  if (problem !== null) return refused(problem);
  return ok({ line: `${type} ${base64}`, blob, comment, point: pointIn(type, blob) });
}

/** Error: INPUT_INVALID of the field `publicKey`. */
export function refused(message: string): Result<never, ErrorOf<"INPUT_INVALID">> {
  return err({ code: "INPUT_INVALID", fields: [{ field: "publicKey", message }] });
}

function linesProblem(lines: readonly string[]): string {
  const keys = lines.filter((line) => types.some((type) => line.includes(`${type} `))).length;
  if (keys > 1) return `These are ${keys} keys. Give one public key, on one line.`;
  if (keys === 1) return "The key has more lines than one. Give it on one line, and nothing else.";
  return typeProblem("", "");
}

function typeProblem(type: string, line: string): string {
  if (type.startsWith("sk-")) return `Keys on security devices are not taken. ${MAKE_ONE}`;
  if (type.includes("-cert-v01@"))
    return "That is a certificate. Give the public key it was made for.";
  if (type === "ssh-dss") return `DSA keys are too weak. ${MAKE_ONE}`;
  if (types.some((known) => line.includes(`${known} `))) {
    return "Leave out what stands before the key's type.";
  }
  return `Give an OpenSSH public key: ed25519, ECDSA, or RSA of ${MIN_RSA_BITS} bits or more. ${MAKE_ONE}`;
}

/** `null` if the blob is one complete key of the type. */
function blobProblem(type: string, blob: Buffer): string | null {
  const parts = stringsIn(blob);
  if (parts === null || parts[0]?.toString("latin1") !== type) return DAMAGED;
  const [, first, second] = parts;
  if (type === "ssh-ed25519") {
    return parts.length === 2 && first?.length === ED25519_BYTES ? null : DAMAGED;
  }
  if (parts.length !== 3 || first === undefined || second === undefined) return DAMAGED;
  if (type === "ssh-rsa") return rsaProblem(first, second);
  const curve = curveOf(type) as Curve;
  const holds = first.toString("latin1") === curve.name && isPoint(second, curve);
  return holds ? null : DAMAGED;
}

/** The strings that a blob is made of; `null` if their lengths don't add up. */
export function stringsIn(blob: Buffer): Buffer[] | null {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return null;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return null;
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}

function rsaProblem(exponent: Buffer, modulus: Buffer): string | null {
  const bits = bitsOf(modulus);
  const exponentBits = bitsOf(exponent);
  if (bits === null || exponentBits === null) return DAMAGED;
  // An even number can be neither; an exponent of 1 signs nothing.
  if (!isOdd(modulus) || !isOdd(exponent) || exponentBits < 2 || exponentBits > 64) return DAMAGED;
  if (bits < MIN_RSA_BITS) {
    return `This RSA key has ${bits} bits. Use ${MIN_RSA_BITS} or more. ${MAKE_ONE}`;
  }
  return bits > MAX_RSA_BITS ? `Use an RSA key of at most ${MAX_RSA_BITS} bits.` : null;
}

/** Of a positive number in its shortest form (RFC 4251, 5, mpint); `null` for any other. */
function bitsOf(number: Buffer): number | null {
  const [first = 0, second = 0] = number;
  if (number.length === 0 || first >= 0x80) return null;
  if (first === 0 && (number.length === 1 || second < 0x80)) return null;
  const skipped = first === 0 ? 1 : 0;
  return (number.length - skipped - 1) * 8 + (32 - Math.clz32(number[skipped] as number));
}

function isOdd(number: Buffer): boolean {
  return ((number.at(-1) as number) & 1) === 1;
}

/** Only uncompressed points are written (RFC 5656, 3.1): 4, x, y. */
function isPoint(point: Buffer, { bytes }: Curve): boolean {
  return point.length === 1 + 2 * bytes && point[0] === 4;
}

/** The elliptic curve that a key type names; `undefined` if it names none. */
export function curveOf(type: string): Curve | undefined {
  return curves[type as keyof typeof curves];
}

/** The public point of a blob that has one. */
export function pointIn(type: string, blob: Buffer): EcPoint | null {
  const curve = curveOf(type);
  const point = stringsIn(blob)?.[2];
  if (curve === undefined || point === undefined) return null;
  const x = point.subarray(1, 1 + curve.bytes).toString("base64url");
  const y = point.subarray(1 + curve.bytes).toString("base64url");
  return { kty: "EC", crv: curve.jwk, x, y };
}
