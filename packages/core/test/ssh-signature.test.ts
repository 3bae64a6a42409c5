import { createSecretKey, generateKeyPairSync, hash, sign } from "node:crypto";
import {
  isSshChallenge,
  isSshSignature,
  newSshChallenge,
  parseSshPublicKey,
  SSH_CHALLENGE_SECONDS,
} from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valueOf } from "./given.ts";
import { sshSignatureVectors } from "./vectors/read.ts";

const { message, valid, otherNamespace } = sshSignatureVectors;
const first = valid[0] as (typeof valid)[number];
const namespace = "latchkey";
const blobOf = (line: string): Buffer => valueOf(parseSshPublicKey(line)).blob;
const holds = (line: string, signature: string, text = message): boolean =>
  isSshSignature(signature, { key: { blob: blobOf(line) }, namespace, message: text });

function sshString(part: string | Buffer): Buffer {
  const bytes = Buffer.from(part as string, "latin1");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function armored(bytes: Buffer): string {
  const lines = bytes.toString("base64").replace(/.{70}/g, "$&\n");
  return `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----\n`;
}

function bytesOf(signature: string): Buffer {
  return Buffer.from(signature.split("\n").slice(1, -2).join(""), "base64");
}

describe("a signature of ssh-keygen -Y sign", () => {
  test.for(valid)(
    "holds for its key and message, and for no other: $line",
    ({ line, signature }) => {
      expect(holds(line, signature)).toBe(true);
      expect(holds(line, signature.replaceAll("\n", "\r\n"))).toBe(true);
      expect(holds(line, signature, `${message}\n`)).toBe(false);
      for (const other of valid)
        if (other.line !== line) expect(holds(other.line, signature)).toBe(false);
    },
  );

  test("does not hold for another namespace", () => {
    expect(holds(first.line, otherNamespace)).toBe(false);
  });

  test("does not hold once any bit of it is another, or it is cut off", () => {
    for (const { line, signature } of valid) {
      const bytes = bytesOf(signature);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] as number) ^ (1 << bit);
          expect(holds(line, armored(changed))).toBe(false);
          expect(holds(line, armored(bytes.subarray(0, at)))).toBe(false);
        }),
        { numRuns: 60 },
      );
    }
  });

  test.for([
    "",
    "x",
    "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----",
    armored(Buffer.alloc(9)),
  ])("is none: %j", (text) => {
    expect(holds(first.line, text)).toBe(false);
  });
});

describe("RSA counts with SHA-2 alone:", () => {
  const pair = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const { n = "", e = "" } = pair.publicKey.export({ format: "jwk" });
  const modulus = Buffer.concat([Buffer.alloc(1), Buffer.from(n, "base64url")]);
  const blob = Buffer.concat(["ssh-rsa", Buffer.from(e, "base64url"), modulus].map(sshString));
  const rest = [namespace, "", "sha512", hash("sha512", message, "buffer")].map(sshString);
  const signed = Buffer.concat([Buffer.from("SSHSIG"), ...rest]);

  test.for([
    ["rsa-sha2-512", "sha512", true],
    ["rsa-sha2-256", "sha256", true],
    ["ssh-rsa", "sha1", false],
    ["rsa-sha2-256", "sha1", false],
    ["ssh-ed25519", "sha512", false],
  ] as const)("%s over %s", ([algorithm, digest, expected]) => {
    const value = [algorithm, sign(digest, signed, pair.privateKey)].map(sshString);
    const parts = [blob, namespace, "", "sha512", Buffer.concat(value)].map(sshString);
    const version = Buffer.from([0, 0, 0, 1]);
    const signature = armored(Buffer.concat([Buffer.from("SSHSIG"), version, ...parts]));
    expect(isSshSignature(signature, { key: { blob }, namespace, message })).toBe(expected);
  });
});

describe("a challenge", () => {
  const key = createSecretKey(Buffer.alloc(32, 1));
  const user = "user_01m85ekpraf9ev264edav9zf6q";
  const now = new Date("2026-11-28T12:00:00Z");
  const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const challenge = newSshChallenge(key, user, now);

  test("counts for whom it was given to, for five minutes", () => {
    expect(isSshChallenge(key, user, challenge, now)).toBe(true);
    expect(isSshChallenge(key, user, challenge, later(SSH_CHALLENGE_SECONDS))).toBe(true);
    expect(isSshChallenge(key, user, challenge, later(SSH_CHALLENGE_SECONDS + 1))).toBe(false);
    expect(isSshChallenge(key, user, challenge, later(-1))).toBe(false);
    expect(isSshChallenge(key, "user_01m85ekpraf9ev264edav9zf6r", challenge, now)).toBe(false);
    expect(isSshChallenge(createSecretKey(Buffer.alloc(32, 2)), user, challenge, now)).toBe(false);
  });

  test("can't be made up, nor given a later instant", () => {
    const [, mac] = challenge.split(".");
    const moved = `${later(200).getTime()}.${mac}`;
    for (const text of ["", "x", moved, `${challenge}0`, ` ${challenge}`, `0${challenge}`]) {
      expect(isSshChallenge(key, user, text, later(200))).toBe(false);
    }
  });
});
