// What people enter instead of a public key's line: other formats, and what is no public key at all. The
// text may have lost its line ends in a form's field.

const PRIVATE = [
  /BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/,
  /PuTTY-User-Key-File-\d/,
  /SSH PRIVATE KEY FILE FORMAT/,
  // The beginning of an OpenSSH private key without its first line: base64 of "openssh-key-v1".
  /b3BlbnNzaC1rZXktdjE/,
];

/** Whether it contains a private key, which must not be sent. */
export function holdsPrivateKey(text: string): boolean {
  return PRIVATE.some((pattern) => pattern.test(text));
}

export const PRIVATE_KEY_GIVEN =
  "That holds a private key: keep it to yourself. Nothing of it was kept or passed on. Give the line of its .pub file, which PuTTYgen shows as the public key for pasting.";

/** How to convert a format that is not OpenSSH's; `null` if it may be OpenSSH's. */
export function otherFormatProblem(text: string): string | null {
  if (holdsPrivateKey(text)) return PRIVATE_KEY_GIVEN;
  if (text.includes("\0")) return "That is no plain text. Save it as UTF-8; it may be UTF-16 now.";
  const [, label] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text) ?? [];
  switch (label) {
    case undefined:
      return null;
    case "PUBLIC KEY":
      return "That is a public key in PEM. Convert it: ssh-keygen -i -m PKCS8 -f FILE";
    case "RSA PUBLIC KEY":
      return "That is a public key in PEM. Convert it: ssh-keygen -i -m PEM -f FILE";
    case "CERTIFICATE":
      return "That is a certificate of X.509. Give an OpenSSH public key.";
    case "PGP PUBLIC KEY BLOCK":
      return "That is a key of PGP. Give an OpenSSH public key.";
    default:
      return "That is no public key. Give the line of a file like ~/.ssh/id_ed25519.pub.";
  }
}

const BEGIN = /---- ?BEGIN SSH2 PUBLIC KEY ?----/;
const END = /---- ?END SSH2 PUBLIC KEY ?----/;

/** The line that one key in the format of RFC 4716 stands for; any other text as it is. */
export function lineOfRfc4716(text: string): string {
  const [before = "", rest, ...more] = text.split(BEGIN);
  const [body = "", after] = rest?.split(END) ?? [];
  if (after === undefined || more.length > 0 || (before + after).trim() !== "") return text;
  // A header continues in the next line after a backslash. The base64 of the blob comes last; it
  // begins with the length of its type: 0 in its first three bytes.
  const unfolded = body.replace(/\\\r?\n/g, "");
  const start = unfolded.indexOf("AAAA", startOfBase64(unfolded));
  if (start < 0) return text;
  const base64 = unfolded.slice(start).replace(/\s/g, "");
  const blob = Buffer.from(base64, "base64");
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  const type = blob.toString("latin1", 4, 4 + Math.min(length, 64));
  const [, comment = ""] =
    /^Comment:[ \t]*"?([^"\r\n]*)/im.exec(unfolded.slice(0, start).trim()) ?? [];
  return `${type} ${base64} ${comment.trim()}`;
}

/** Where the trailing run of base64 letters and spaces begins. */
function startOfBase64(text: string): number {
  let start = text.length;
  while (start > 0 && /[0-9A-Za-z+/=\s]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}
