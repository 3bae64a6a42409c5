import { readFileSync } from "node:fs";
import type { RowValue } from "@latchkey/core";

// The files' fields are told in README.md beside them.

export type TokenVectors = {
  readonly alphabet: string;
  readonly valid: readonly {
    readonly token: string;
    readonly prefix: string;
    readonly secret: string;
    readonly crc32: number;
    readonly checksum: string;
    readonly redacted: string;
  }[];
  readonly invalid: readonly {
    readonly token: string;
    readonly reason: "shape" | "checksum";
    readonly description: string;
  }[];
  readonly uint32: readonly { readonly value: number; readonly base62: string }[];
};

export type DigestVectors = {
  readonly peppers: readonly {
    readonly pepper: string;
    readonly digests: readonly { readonly token: string; readonly digest: string }[];
    readonly derived: Readonly<Record<string, string>>;
    /** Of version 1 and 2. */
    readonly checks: readonly [string, string];
  }[];
  readonly rows: {
    readonly pepper: string;
    readonly macs: readonly {
      readonly table: string;
      readonly row: Readonly<Record<string, RowValue>>;
      readonly mac: string;
    }[];
  };
  readonly log: {
    readonly pepper: string;
    readonly chain: readonly {
      readonly previousMac: string;
      readonly event: Readonly<Record<string, unknown>> & { readonly at: string };
      readonly mac: string;
    }[];
  };
};

export type SshKeyVectors = {
  readonly valid: readonly { readonly line: string; readonly fingerprint: string }[];
  readonly weak: readonly { readonly line: string; readonly bits: number }[];
  readonly certificate: string;
};

export type SshSignatureVectors = {
  readonly message: string;
  readonly valid: readonly { readonly line: string; readonly signature: string }[];
  readonly otherNamespace: string;
};

type JoinerVector = { readonly what: string; readonly text: string; readonly allowed: boolean };

export const tokenVectors = read("tokens.json") as TokenVectors;
export const digestVectors = read("digests.json") as DigestVectors;

export const sshKeyVectors = read("ssh-keys.json") as SshKeyVectors;

export const sshSignatureVectors = read("ssh-signatures.json") as SshSignatureVectors;

export const joinerVectors = read("joiners.json") as readonly JoinerVector[];

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}
