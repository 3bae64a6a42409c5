import { generateKeyPairSync, hash, sign } from "node:crypto";

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
  const blob = Buffer.concat([sshString("ssh-ed25519"), sshString(Buffer.from(x, "base64url"))]);
  return {
    publicKey: `ssh-ed25519 ${blob.toString("base64")} ${comment}`,
    sign(message) {
      const magic = Buffer.from("SSHSIG");
      const named = [sshString("latchkey"), sshString(""), sshString("sha512")];
      const digest = sshString(hash("sha512", message, "buffer"));
      const value = sign(null, Buffer.concat([magic, ...named, digest]), pair.privateKey);
      const signature = sshString(Buffer.concat([sshString("ssh-ed25519"), sshString(value)]));
      const version = Buffer.from([0, 0, 0, 1]);
      const bytes = Buffer.concat([magic, version, sshString(blob), ...named, signature]);
      return `-----BEGIN SSH SIGNATURE-----\n${bytes.toString("base64")}\n-----END SSH SIGNATURE-----\n`;
    },
  };
}

function sshString(part: string | Buffer): Buffer {
  const bytes = Buffer.from(part as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
