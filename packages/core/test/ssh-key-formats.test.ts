import { describeError, parseSshPublicKey, readSshKeyLine } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sshKeyVectors } from "./vectors/read.ts";

const { valid } = sshKeyVectors;
const line = valid[0]?.line ?? "";
const [type, base64 = ""] = line.split(" ");

function refusal(input: string): string {
  const parsed = readSshKeyLine(input);
  return parsed.ok ? "" : describeError(parsed.error);
}

/** As ssh-keygen -e writes it: lines of 70 characters. */
function rfc4716(body: string, headers = ""): string {
  const lines = body.replace(/.{70}/g, "$&\n");
  return `---- BEGIN SSH2 PUBLIC KEY ----\n${headers}${lines}\n---- END SSH2 PUBLIC KEY ----\n`;
}

describe("a key in the format of RFC 4716 is taken", () => {
  test.for(valid)("whatever it is: $line", ({ line: openSsh, fingerprint }) => {
    const written = rfc4716(openSsh.split(" ")[1] ?? "", 'Comment: "ada at home"\n');
    expect(parseSshPublicKey(written)).toMatchObject({
      value: {
        fingerprint,
        line: openSsh.split(" ").slice(0, 2).join(" "),
        comment: "ada at home",
      },
    });
  });

  test.for([
    ["without headers", "", ""],
    ["with a comment without quotes", "Comment: my key\n", "my key"],
    ["with a comment over two lines", 'Comment: "my \\\nkey"\n', "my key"],
    ["with headers of others", "Subject: ada\nx-more: AAAA of it\nComment: k\n", "k"],
  ] as const)("%s", ([, headers, comment]) => {
    for (const ends of ["\n", "\r\n"]) {
      const written = rfc4716(base64, headers).replaceAll("\n", ends);
      expect(readSshKeyLine(written)).toMatchObject({
        value: { line: `${type} ${base64}`, comment },
      });
    }
  });

  test("also where a form made one line of it", () => {
    const written = rfc4716(base64, 'Comment: "my key"\n').replaceAll("\n", " ");
    expect(readSshKeyLine(written)).toMatchObject({
      value: { line: `${type} ${base64}`, comment: "my key" },
    });
  });

  test("but not cut off, nor two at once", () => {
    const whole = rfc4716(base64);
    expect(refusal(rfc4716(base64.slice(0, -8)))).toMatch(/damaged or cut off/);
    expect(refusal(whole + whole)).not.toBe("");
    expect(refusal(whole.slice(0, -20))).not.toBe("");
    expect(refusal(rfc4716(""))).not.toBe("");
  });
});

describe("a private key is told as one, and nothing of it is repeated:", () => {
  const secret = "c2VjcmV0IGhhbGYgb2YgdGhlIGtleQ";
  const pem = (label: string) => `-----BEGIN ${label}-----\n${secret}\n-----END ${label}-----\n`;
  const forms: Record<string, string> = {
    OpenSSH: pem("OPENSSH PRIVATE KEY"),
    "PKCS#8": pem("PRIVATE KEY"),
    "PKCS#8, encrypted": pem("ENCRYPTED PRIVATE KEY"),
    "PKCS#1": pem("RSA PRIVATE KEY"),
    "SEC 1": pem("EC PRIVATE KEY"),
    PuTTY: `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 2\n${base64}\nPrivate-Lines: 1\n${secret}\n`,
    "PuTTY, version 2": `PuTTY-User-Key-File-2: ssh-rsa\r\nPrivate-Lines: 1\r\n${secret}\r\n`,
    "SSH2 of ssh.com": `---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n${secret}\n`,
    SSH1: `SSH PRIVATE KEY FILE FORMAT 1.1\n${secret}`,
    "OpenSSH, without its first line": `b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ${secret}`,
    "behind its public half": `${line}\n${pem("OPENSSH PRIVATE KEY")}`,
    "on one line": pem("OPENSSH PRIVATE KEY").replaceAll("\n", " "),
  };
  test.for(Object.keys(forms))("%s", (name) => {
    const said = refusal(forms[name] as string);
    expect(said).toMatch(/private key: keep it to yourself/);
    expect(said).not.toContain(secret);
  });
});

describe("what is no line of a key has a word of its own:", () => {
  const second = valid[1]?.line ?? "";
  const pem = (label: string) => `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`;
  test.for([
    ["a public key in PKCS#8", pem("PUBLIC KEY"), /ssh-keygen -i -m PKCS8/],
    ["a public key in PKCS#1", pem("RSA PUBLIC KEY"), /ssh-keygen -i -m PEM/],
    ["a certificate of X.509", pem("CERTIFICATE"), /X\.509/],
    ["a key of PGP", pem("PGP PUBLIC KEY BLOCK"), /PGP/],
    ["some other PEM", pem("SSH SIGNATURE"), /no public key/],
    ["UTF-16 read as something else", line.replace(/./g, "$&\0"), /UTF-16/],
    ["several keys", `${line}\n${second}`, /2 keys.*one public key/],
    ["several keys of old Macs", `${line}\r${second}`, /2 keys/],
    [
      "a key broken over lines",
      `${type} ${base64.slice(0, 30)}\n${base64.slice(30)}`,
      /more lines/,
    ],
    ["options before it", `command="x y",no-pty ${line}`, /stands before/],
    ["several lines of anything", "hello\nyou", /Give an OpenSSH public key/],
  ] as const)("%s", ([, input, word]) => {
    expect(refusal(input)).toMatch(word);
  });

  test("anything between the marks of a format, without a throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (body, around) => {
        readSshKeyLine(rfc4716(body));
        readSshKeyLine(rfc4716(`AAAA${body}`, around));
        readSshKeyLine(pem(around) + body);
      }),
    );
  });
});
