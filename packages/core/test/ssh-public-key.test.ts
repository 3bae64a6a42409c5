import { describeError, parseSshKey, parseSshPublicKey } from "@latchkey/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sshKeyVectors } from "./vectors/read.ts";

const { valid, weak, certificate } = sshKeyVectors;
const [ed25519, p256, , , rsa] = valid.map(({ line }) => line) as [
  string,
  string,
  string,
  string,
  string,
];

/** What is said of a key that is not taken; empty for one that is. */
function refusal(input: string): string {
  const parsed = parseSshPublicKey(input);
  if (parsed.ok) return "";
  expect(parsed.error).toMatchObject({ code: "INPUT_INVALID", fields: [{ field: "publicKey" }] });
  return describeError(parsed.error);
}

/** A blob of strings with their lengths, as a line. */
function lineOf(type: string, ...parts: readonly (string | Uint8Array)[]): string {
  const blob = [type, ...parts].map((part) => {
    const bytes = Buffer.from(part as string, "latin1");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return `${type} ${Buffer.concat(blob).toString("base64")}`;
}

/** The strings of a line's blob after its type. */
function partsOf(line: string): Buffer[] {
  const blob = Buffer.from(line.split(" ")[1] ?? "", "base64");
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    parts.push(blob.subarray(at + 4, end));
    at = end;
  }
  return parts.slice(1);
}

describe("a public key of OpenSSH", () => {
  test.for(valid)("$line has the fingerprint that ssh-keygen prints", ({ line, fingerprint }) => {
    const [type, base64, comment] = line.split(" ");
    const parsed = parseSshPublicKey(line);
    const blob = Buffer.from(base64 ?? "", "base64");
    expect(parsed).toEqual({
      ok: true,
      value: { line: `${type} ${base64}`, blob, fingerprint, comment },
    });
  });

  test("is found among comments and empty lines, with either line end", () => {
    const around = `# my laptop\r\n\r\n  ${ed25519}  \r\n`;
    expect(parseSshPublicKey(around)).toMatchObject(parseSshPublicKey(ed25519));
  });

  test("may have a comment of several words, or none", () => {
    const bare = ed25519.split(" ").slice(0, 2).join(" ");
    expect(parseSshPublicKey(`${bare} my old laptop`)).toMatchObject({
      value: { comment: "my old laptop" },
    });
    expect(parseSshPublicKey(bare)).toMatchObject({ value: { comment: "" } });
  });
});

describe("what is no key to be taken is refused, with what to do:", () => {
  test.for(weak)("RSA of $bits bits", ({ line, bits }) => {
    expect(refusal(line)).toContain(`${bits} bits. Use 3072 or more`);
  });

  test.each([
    ["nothing", " \n# only a comment", /Give the line of a file/],
    ["two keys", `${ed25519}\n${p256}`, /one public key/],
    ["two keys on one line", `${ed25519} ${p256}`, /one public key/],
    ["options before it", `no-pty ${ed25519}`, /Leave out what stands before/],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==", /private key/],
    ["a certificate", certificate, /certificate/],
    ["a key on a device", "sk-ssh-ed25519@openssh.com AAAA", /security devices/],
    ["DSA", "ssh-dss AAAAB3NzaC1kc3MAAACBAP", /DSA/],
    ["another text", "hello", /ssh-keygen -t ed25519/],
  ])("%s", (_, input, fix) => {
    expect(refusal(input)).toMatch(fix);
  });

  test.each([
    ["no base64", "ssh-ed25519 !!!!"],
    ["no blob", "ssh-ed25519"],
    ["base64 that is not in its one form", `${ed25519.split(" ")[0]} ${ed25519.split(" ")[1]}=`],
    ["a blob of another type", `ssh-rsa ${ed25519.split(" ")[1]}`],
    ["a short ed25519 key", lineOf("ssh-ed25519", new Uint8Array(31))],
    ["something after the key", lineOf("ssh-ed25519", new Uint8Array(32), "more")],
    ["another curve's name", lineOf("ecdsa-sha2-nistp256", "nistp384", partsOf(p256)[1] as Buffer)],
    [
      "a point that is not on the curve",
      lineOf("ecdsa-sha2-nistp256", "nistp256", `\x04${"\x01".repeat(64)}`),
    ],
    ["a compressed point", lineOf("ecdsa-sha2-nistp256", "nistp256", `\x02${"\x01".repeat(32)}`)],
    ["an even modulus", lineOf("ssh-rsa", "\x01\x00\x01", `\x00${"\xff".repeat(399)}\xfe`)],
    ["an exponent of 1", lineOf("ssh-rsa", "\x01", partsOf(rsa)[1] as Buffer)],
    ["a negative modulus", lineOf("ssh-rsa", "\x01\x00\x01", "\xff".repeat(400))],
    [
      "a modulus with zeros before it",
      lineOf("ssh-rsa", "\x01\x00\x01", `\x00\x00${"\x7f".repeat(400)}`),
    ],
  ])("%s", (_, line) => {
    expect(refusal(line)).toMatch(/damaged or cut off/);
  });

  test("an RSA key past what OpenSSH takes", () => {
    expect(refusal(lineOf("ssh-rsa", "\x01\x00\x01", "\x7f".repeat(2049)))).toContain("16384");
  });

  test("a key that was cut off anywhere", () => {
    for (const { line } of valid) {
      const [type = "", base64 = ""] = line.split(" ");
      fc.assert(
        fc.property(fc.nat(base64.length - 1), (at) => {
          expect(refusal(`${type} ${base64.slice(0, at)}`)).not.toBe("");
        }),
        { numRuns: 40 },
      );
    }
  });

  test("anything at all, without a throw and without repeating it", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        for (const { line } of valid) {
          const said = refusal(`${line.split(" ")[0]} ${text}`);
          if (said !== "" && text.length > 12) expect(said).not.toContain(text);
        }
      }),
    );
  });
});

describe("the label of a key", () => {
  const labelOf = (line: string, label?: string) => {
    const parsed = parseSshKey(line, label);
    return parsed.ok ? parsed.value.label : parsed.error.fields;
  };
  const bare = ed25519.split(" ").slice(0, 2).join(" ");

  test("is what was given, else its comment, else its type", () => {
    expect(labelOf(ed25519, " My laptop ")).toBe("My laptop");
    expect(labelOf(ed25519)).toBe("ada@ed25519-0");
    expect(labelOf(ed25519, " ")).toBe("ada@ed25519-0");
    expect(labelOf(bare)).toBe("ssh-ed25519");
  });

  test("is no text that a terminal would obey: refused where it was given, passed over in a comment", () => {
    expect(labelOf(ed25519, "evil\u001B[2J")).toMatchObject([{ field: "label" }]);
    expect(labelOf(`${bare} evil\u001B[2J`)).toBe("ssh-ed25519");
  });
});
