import { hash, randomBytes } from "node:crypto";
import { generateToken, isToken } from "@latchkey/core";
import { createClient, createVerifier, type Verifier } from "@latchkey/client";
import { until } from "@latchkey/testing/until";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { bytesInUse } from "./heap.ts";
import { checkingKey, seededInstallation } from "./installation.ts";
import { startServer } from "./processes.ts";

// What a service does in its own process, on one core, with 100,000 keys that it has seen.

const KEYS = 100_000;
const ROUNDS = 7;
const CHECKS = 500_000;
const ARRIVING = 5000;
const CALLERS = 100;
const STRIDE = 7919;

export const verifier: Group = {
  name: "verifier",
  title: "The local verifier, warm, 100,000 keys, one core",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const installation = await seededInstallation(fixture, KEYS);
  const server = await startServer(fixture, "latchkey-server.ts", installation.env);
  const token = await checkingKey(installation);
  const before = bytesInUse();
  const local = createVerifier(createClient({ url: server.url, token }), { maxRecords: KEYS });
  fixture.atEnd(local.close);
  fixture.doing("asking for each key once");
  const { tokens } = installation;
  await readAll(local, tokens);
  const bytes = (bytesInUse() - before) / tokens.length;
  const names = new Map(tokens.map((each) => [hash("sha256", each, "base64"), each.length]));
  const junk = tokens.map((each, index) => (index % 2 === 0 ? spoiled(each) : noToken()));

  const runs = await inTurn(fixture, ROUNDS, {
    bare: () => checksPerSecond(tokens, (each) => names.has(hash("sha256", each, "base64"))),
    local: () => checksPerSecond(tokens, (each) => local.verifyAtOnce(each)?.outcome === "VALID"),
    scoped: () =>
      checksPerSecond(tokens, (each) => local.verifyAtOnce(each, NEEDED)?.outcome === "VALID"),
    authenticate: () => authenticationsPerSecond(local, tokens),
    junk: () => checksPerSecond(junk, (each) => !isToken(each)),
  });
  const bare: Figure = { what: "bare sum: SHA-256 and a Map", unit: "ops/s", runs: runs.bare };
  return [
    bare,
    {
      what: "verifyAtOnce",
      unit: "ops/s",
      runs: runs.local,
      against: bare,
      bars: [
        { of: "value", atLeast: 1_000_000 },
        { of: "ratio", atLeast: 0.5 },
      ],
    },
    { what: "verifyAtOnce, with a scope", unit: "ops/s", runs: runs.scoped, against: bare },
    {
      what: "authenticate, given a request's headers",
      unit: "ops/s",
      runs: runs.authenticate,
      against: bare,
    },
    {
      what: "junk refused",
      unit: "ops/s",
      runs: runs.junk,
      bars: [{ of: "value", atLeast: 2_000_000 }],
    },
    {
      what: "memory of a cached record",
      unit: "B",
      runs: [bytes],
      bars: [{ of: "value", atMost: 400 }],
    },
  ];
}

const NEEDED = ["orders:read"];

async function readAll(local: Verifier, tokens: readonly string[]): Promise<void> {
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      for (let index = caller; index < tokens.length; index += CALLERS) {
        await local.verify(tokens[index] ?? "");
      }
    }),
  );
  await until(() => local.verifyAtOnce(tokens[0] ?? "") !== undefined);
}

/**
 * Between beats of the link: the loop is given back every few thousand checks, as a service would. The
 * tokens are new texts, as those of requests are: what is timed is the check, not the fetching of a text
 * that nobody has touched for long.
 */
async function checksPerSecond(
  tokens: readonly string[],
  check: (token: string) => boolean,
): Promise<number> {
  let took = 0;
  let wrong = 0;
  for (let first = 0; first < CHECKS; first += ARRIVING) {
    const arrived = Array.from({ length: ARRIVING }, (_, index) =>
      copyOf(tokens[((first + index) * STRIDE) % tokens.length] ?? ""),
    );
    const started = performance.now();
    for (const token of arrived) if (!check(token)) wrong += 1;
    took += performance.now() - started;
    await new Promise((done) => setImmediate(done));
  }
  if (wrong > 0) throw new Error(`${wrong} checks went wrong`);
  return (CHECKS / took) * 1000;
}

/** Of requests that are there already: their headers are made by whoever takes them in. */
async function authenticationsPerSecond(
  local: Verifier,
  tokens: readonly string[],
): Promise<number> {
  const requests = Array.from({ length: 100_000 }, (_, index) => ({
    headers: new Headers({ authorization: `Bearer ${tokens[(index * STRIDE) % tokens.length]}` }),
  }));
  const started = performance.now();
  for (const request of requests) {
    if ((await local.authenticate(request)) instanceof Response) throw new Error("was refused");
  }
  return (requests.length / (performance.now() - started)) * 1000;
}

function copyOf(token: string): string {
  return Buffer.from(token, "latin1").toString("latin1");
}

/** Of the right shape, with a wrong checksum. */
function spoiled(token: string): string {
  return token.slice(0, -1) + (token.at(-1) === "0" ? "1" : "0");
}

function noToken(): string {
  return generateToken("sk", randomBytes).token.reveal().slice(1);
}
