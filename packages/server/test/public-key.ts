import { generateKeyPairSync } from "node:crypto";

/** A new ed25519 key, as the line of its .pub file. */
export function newPublicKey(comment = "mia@laptop"): string {
  const { x } = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const parts = [Buffer.from("ssh-ed25519"), Buffer.from(x ?? "", "base64url")];
  const blob = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-ed25519 ${Buffer.concat(blob).toString("base64")} ${comment}`;
}
