import { generateKeyPairSync, hash, sign } from "node:crypto";
import { string } from "@latchkey/testing/ssh/packet";

// An ed25519 key of somebody's own, without ssh-keygen.

export type KeyPair = {
  /** As it stands in a .pub file. */
  readonly publicKey: string;
  /** What `ssh-keygen -Y sign -n latchkey` makes of a message (OpenSSH, PROTOCOL.sshsig). */
  readonly sign: (message: string) => string;
};

export function newKeyPair(comment = "mia@laptop"): KeyPair {
  const pair = generateKeyPairSync("ed25519");
  const { x = "" } = pair.publicKey.export({ format: "jwk" });
  const blob = Buffer.concat([string("ssh-ed25519"), string(Buffer.from(x, "base64url"))]);
  return {
    publicKey: `ssh-ed25519 ${blob.toString("base64")} ${comment}`,
    sign(message) {
      const magic = Buffer.from("SSHSIG");
      const named = [string("latchkey"), string(""), string("sha512")];
      const digest = string(hash("sha512", message, "buffer"));
      const value = sign(null, Buffer.concat([magic, ...named, digest]), pair.privateKey);
      const signature = string(Buffer.concat([string("ssh-ed25519"), string(value)]));
      const version = Buffer.from([0, 0, 0, 1]);
      const bytes = Buffer.concat([magic, version, string(blob), ...named, signature]);
      return `-----BEGIN SSH SIGNATURE-----\n${bytes.toString("base64")}\n-----END SSH SIGNATURE-----\n`;
    },
  };
}

/** A new one, as the line of its .pub file. */
export function newPublicKey(comment?: string): string {
  return newKeyPair(comment).publicKey;
}
