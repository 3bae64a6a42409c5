// oxlint-disable no-underscore-dangle -- ssh2 names so what it keeps to itself.
import { createPrivateKey, sign } from "node:crypto";
import { parseSshPublicKey } from "@latchkey/core";
import fc from "fast-check";
import ssh2 from "ssh2";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { newKeyPair } from "../src/ssh/host-key.ts";
import { listenForSsh } from "../src/ssh/ssh-server.ts";
import { packet, string } from "@latchkey/testing/ssh/packet";
import { type RawClient, rawOf, received, send, unproven } from "@latchkey/testing/ssh/raw-ssh";
import { idleSession } from "./ssh-session.ts";

// Who gets in over SSH, judged by what somebody sends who has proven nothing: raw packets.

const USERAUTH_REQUEST = 50;

type Hash = "sha1" | "sha256" | "sha384" | "sha512" | null;
type Key = {
  readonly type: string;
  readonly line: string;
  readonly blob: Buffer;
  readonly pem: string;
};

/** Of each kind that can be registered, and one that no one can register but in the database itself. */
const keys = new Map<string, Key>();
beforeAll(() => {
  const made = {
    "ssh-ed25519": newKeyPair(),
    "ssh-rsa": ssh2.utils.generateKeyPairSync("rsa", { bits: 3072 }),
    "ecdsa-sha2-nistp256": ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 }),
    "ecdsa-sha2-nistp384": ssh2.utils.generateKeyPairSync("ecdsa", { bits: 384 }),
    "ecdsa-sha2-nistp521": ssh2.utils.generateKeyPairSync("ecdsa", { bits: 521 }),
  };
  for (const [type, pair] of Object.entries(made)) {
    const parsed = ssh2.utils.parseKey(pair.private);
    if (parsed instanceof Error || Array.isArray(parsed)) throw new Error(`no ${type}`);
    keys.set(type, {
      type,
      line: pair.public.trim(),
      blob: parsed.getPublicSSH(),
      pem: parsed.getPrivatePEM(),
    });
  }
});
const keyOf = (type: string): Key => keys.get(type) as Key;

/** A server to which every key of these is known. */
async function listen({ attempts = 1000, lookUp = async () => {} } = {}) {
  const refused: string[] = [];
  const defects: unknown[] = [];
  const hostKey = newKeyPair();
  const known = new Map(
    [...keys.values()].map(({ line }) => {
      const parsed = parseSshPublicKey(line);
      return [parsed.ok ? parsed.value.fingerprint : "", line] as const;
    }),
  );
  const server = await listenForSsh({
    gateway: {
      authorizedKey: async (fingerprint) => {
        await lookUp();
        return known.get(fingerprint) ?? null;
      },
      begin: async () => idleSession(),
      refused: (why) => refused.push(why),
      defect: (error) => defects.push(error),
    },
    privateKey: hostKey.private,
    host: "127.0.0.1",
    port: 0,
    runProgram: async () => 0,
    now: () => new Date(),
    bounds: { attempts },
  });
  onTestFinished(async () => {
    await server.close();
    expect(defects).toEqual([]);
  });
  return { ...server, refused, defects };
}

/** What is signed, and stands in the packet before the signature (RFC 4252, 7). */
function request(algorithm: string, blob: Buffer, isSigned: boolean): Buffer {
  return packet(
    USERAUTH_REQUEST,
    string("anybody"),
    string("ssh-connection"),
    string("publickey"),
    Buffer.of(isSigned ? 1 : 0),
    string(algorithm),
    string(blob),
  );
}

function signed(
  client: RawClient,
  { type, blob, pem }: Key,
  { algorithm, hash, named = algorithm }: { algorithm: string; hash: Hash; named?: string },
): Buffer {
  const asked = request(algorithm, blob, true);
  const content = Buffer.concat([string(rawOf(client).protocol._kex.sessionID), asked]);
  const key = createPrivateKey(pem);
  const plain = type.startsWith("ecdsa")
    ? ecdsaNumbers(sign(hash, content, { key, dsaEncoding: "ieee-p1363" }))
    : sign(hash, content, key);
  return Buffer.concat([asked, string(Buffer.concat([string(named), string(plain)]))]);
}

/** r and s as numbers of their own (RFC 5656, 3.1.2). */
function ecdsaNumbers(joined: Buffer): Buffer {
  const half = joined.length / 2;
  const number = (bytes: Buffer) => {
    const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const isNegative = (significant[0] as number) >= 0x80;
    return string(isNegative ? Buffer.concat([Buffer.of(0), significant]) : significant);
  };
  return Buffer.concat([number(joined.subarray(0, half)), number(joined.subarray(half))]);
}

async function answerTo(client: RawClient, payload: Buffer): Promise<string> {
  const { _handlers: handlers, _authsQueue: queue } = rawOf(client).protocol;
  const answered = new Promise<string>((answer) => {
    for (const name of ["USERAUTH_SUCCESS", "USERAUTH_FAILURE", "USERAUTH_PK_OK"]) {
      handlers[name] = () => answer(name);
    }
  });
  queue.splice(0, Infinity, "publickey");
  send(client, payload);
  return Promise.race([answered, client.ended.then((sentence) => `ended: ${sentence}`)]);
}

const honest: readonly (readonly [type: string, algorithm: string, hash: Hash])[] = [
  ["ssh-ed25519", "ssh-ed25519", null],
  ["ssh-rsa", "rsa-sha2-256", "sha256"],
  ["ssh-rsa", "rsa-sha2-512", "sha512"],
  ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", "sha256"],
  ["ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", "sha384"],
  ["ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", "sha512"],
];
const types = [...new Set(honest.map(([type]) => type))];
const algorithms = [
  ...honest.map(([, algorithm]) => algorithm),
  "ssh-rsa",
  "ssh-dss",
  "sk-ssh-ed25519@openssh.com",
  "ssh-rsa-cert-v01@openssh.com",
  "none",
  "",
];
const isHonest = (type: string, algorithm: string) =>
  honest.some(([each, named]) => each === type && named === algorithm);

const HASHES = ["sha1", "sha256", "sha384", "sha512"] as const;

/** What these come to: one after another on one connection, as long as that lasts. */
async function answersTo(
  port: number,
  payloads: readonly ((client: RawClient) => Buffer)[],
): Promise<readonly string[]> {
  const answers = new Set<string>();
  let client = await unproven(port);
  for (const payload of payloads) {
    const answer = await answerTo(client, payload(client));
    answers.add(answer);
    if (answer !== "USERAUTH_FAILURE") client = await unproven(port);
  }
  return [...answers].sort();
}

/** Where ssh2 can't read a signature it ends the connection. */
const REFUSALS = expect.toBeOneOf([["USERAUTH_FAILURE"], ["USERAUTH_FAILURE", "ended: "]]);

describe("a signature", () => {
  test.each(honest)(
    "by a key of %s under its own name %s lets in",
    async (type, algorithm, hash) => {
      const { port, refused } = await listen();
      const client = await unproven(port);
      expect(await answerTo(client, request(algorithm, keyOf(type).blob, false))).toBe(
        "USERAUTH_PK_OK",
      );
      const payload = signed(client, keyOf(type), { algorithm, hash });
      expect(await answerTo(client, payload)).toBe("USERAUTH_SUCCESS");
      expect(refused).toEqual([]);
    },
  );

  test.each(types)(
    "by a key of %s under any other name does not, whatever it is over",
    async (type) => {
      const { port } = await listen();
      const key = keyOf(type);
      const hashes: readonly Hash[] = type === "ssh-ed25519" ? [null] : HASHES;
      const names = algorithms.filter((name) => !isHonest(type, name));
      const payloads = names.flatMap((algorithm) => [
        () => request(algorithm, key.blob, false),
        ...hashes.flatMap((hash) =>
          [algorithm, type].map(
            (named) => (client: RawClient) => signed(client, key, { algorithm, hash, named }),
          ),
        ),
      ]);
      expect(await answersTo(port, payloads)).toEqual(REFUSALS);
    },
  );

  test.each(honest)(
    "by a key of %s as %s over another hash, or that names another algorithm, does not",
    async (type, algorithm, hash) => {
      const { port } = await listen();
      const others = type === "ssh-ed25519" ? [] : HASHES.filter((each) => each !== hash);
      const names = algorithms.filter((name) => name !== algorithm);
      const signatures = [
        ...others.map((other) => ({ algorithm, hash: other })),
        ...names.map((named) => ({ algorithm, hash, named })),
      ];
      const payloads = signatures.map(
        (how) => (client: RawClient) => signed(client, keyOf(type), how),
      );
      expect(await answersTo(port, payloads)).toEqual(REFUSALS);
    },
  );

  test("over another session does not", async () => {
    const { port } = await listen();
    const [one, other] = [await unproven(port), await unproven(port)];
    const payload = signed(one, keyOf("ssh-ed25519"), { algorithm: "ssh-ed25519", hash: null });
    expect(await answerTo(other, payload)).toBe("USERAUTH_FAILURE");
    expect(await answerTo(one, payload)).toBe("USERAUTH_SUCCESS");
  });
});

describe("whoever has proven nothing", () => {
  const start = (method: string) =>
    packet(USERAUTH_REQUEST, string("anybody"), string("ssh-connection"), string(method));
  const query = Buffer.concat([start("publickey"), Buffer.of(0)]);

  test.each([
    ["no key at all", Buffer.concat([query, string("ssh-ed25519")])],
    ["neither an algorithm nor a key", query],
    ["an empty key", Buffer.concat([query, string("ssh-ed25519"), string("")])],
    ["a key that is none", Buffer.concat([query, string("ssh-ed25519"), string("\0\xff")])],
    ["a private key", Buffer.concat([query, string("ssh-rsa"), string(newKeyPair().private)])],
    ["a key of 30 KB", Buffer.concat([query, string("ssh-rsa"), string("k".repeat(30_000))])],
  ])("and asks for %s is refused like anybody else", async (_, payload) => {
    const { port, refused } = await listen();
    const client = await unproven(port);
    expect(await answerTo(client, payload)).toBe("USERAUTH_FAILURE");
    expect(refused).toEqual(["key"]);
  });

  test("and says anything gets in nowhere, and logs no defect", async () => {
    const { port, defects } = await listen();
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const field = fc.oneof(
      fc
        .constantFrom("ssh-ed25519", "ssh-rsa", "rsa-sha2-256", "none", "")
        .map((text) => string(text)),
      bytes.map(string),
      bytes,
    );
    const method = fc.constantFrom(
      "none",
      "publickey",
      "password",
      "keyboard-interactive",
      "hostbased",
      "gssapi",
    );
    const anything = fc.record({
      method,
      flag: fc.nat({ max: 255 }),
      fields: fc.array(field, { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 1, maxLength: 8 }), async (requests) => {
        const client = await unproven(port);
        const answers = received(client, "USERAUTH_SUCCESS", "USERAUTH_FAILURE", "USERAUTH_PK_OK");
        for (const { method: name, flag, fields } of requests) {
          send(client, Buffer.concat([start(name), Buffer.of(flag), ...fields]));
        }
        send(client, packet(1, 11, string(""), string("")));
        await client.ended;
        expect(answers.filter(({ name }) => name !== "USERAUTH_FAILURE")).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(defects).toEqual([]);
  });

  test("and is gone before its key was looked up logs no defect", async () => {
    const asked = Promise.withResolvers<void>();
    const found = Promise.withResolvers<void>();
    const { port, defects, close } = await listen({
      lookUp: async () => {
        asked.resolve();
        await found.promise;
      },
    });
    const client = await unproven(port);
    send(client, request("ssh-ed25519", keyOf("ssh-ed25519").blob, false));
    await asked.promise;
    client.destroy();
    await client.ended;
    // Waits until each socket is closed.
    await close();
    found.resolve();
    await new Promise((later) => setImmediate(later));
    expect(defects).toEqual([]);
  });

  test("is sent away after six keys with a sentence that says what to do", async () => {
    const { port, refused } = await listen({ attempts: 6 });
    const client = await unproven(port);
    const answers: string[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      answers.push(await answerTo(client, request("ssh-ed25519", Buffer.of(attempt), false)));
    }
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => "USERAUTH_FAILURE"));
    expect(answers[5]).toMatch(/^ended: Too many of your keys .* -o IdentitiesOnly=yes/);
    expect(refused.at(-1)).toBe("attempts");
  });

  test("may ask for methods, and for a known key, without an attempt", async () => {
    const { port, refused } = await listen({ attempts: 1 });
    const client = await unproven(port);
    for (let asked = 0; asked < 5; asked += 1) {
      expect(await answerTo(client, start("none"))).toBe("USERAUTH_FAILURE");
      const known = request("ssh-ed25519", keyOf("ssh-ed25519").blob, false);
      expect(await answerTo(client, known)).toBe("USERAUTH_PK_OK");
    }
    expect(refused).toEqual([]);
  });
});
