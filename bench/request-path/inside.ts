import { hash } from "node:crypto";
import { PresentedToken } from "@latchkey/core";
import type { Services } from "../../packages/server/src/use-cases/services.ts";
import { verifyKey } from "../../packages/server/src/use-cases/keys/verify-key.ts";
import { until } from "@latchkey/testing/until";
import type { Figure } from "../figure.ts";
import { type Fixture, type Group, inTurn } from "../fixture.ts";
import { startLoader, verifying } from "../loader.ts";
import { bytesInUse } from "./heap.ts";
import { type SeededInstallation, seededInstallation } from "./installation.ts";
import { startServer } from "./processes.ts";

// What one server does inside, with a million keys in PostgreSQL.

const KEYS = 1_000_000;
const CALLERS = 32;
const ROUNDS = 5;
const MISSES = 50_000;
const HITS = 200_000;
const RECORDS = 100_000;
/** A prime, so that keys are asked for in an order that has nothing to do with how they were read. */
const STRIDE = 7919;

export const inside: Group = {
  name: "inside",
  title: "Inside one server, 1,000,000 keys in PostgreSQL",
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const installation = await seededInstallation(fixture, KEYS);
  const { services } = installation;
  services.feed.start();
  await until(() => services.feed.state() === "live");

  const misses = unseenTokens(installation);
  const cold = await inTurn(fixture, ROUNDS, { "cold misses": () => coldMisses(services, misses) });
  fixture.doing("the memory of a record");
  const bytes = await bytesOfRecord(installation);
  fixture.doing("reading all keys once");
  await readAll(installation, KEYS);
  const warm = await inTurn(fixture, ROUNDS, {
    bare: () => bareSum(installation, 100_000),
    small: () => warmHits(installation, 1_000),
    middle: () => warmHits(installation, 100_000),
    large: () => warmHits(installation, KEYS),
  });
  const overHttp = await warmOverHttp(fixture, installation);
  const fewOverHttp: Figure = {
    what: "/verify over HTTP, 1,000 keys in use",
    unit: "ops/s",
    runs: overHttp.small,
  };
  const flat = [{ of: "ratio", atLeast: 0.85 }] as const;
  const small: Figure = { what: "warm, 1,000 keys in use", unit: "ops/s", runs: warm.small };
  return [
    {
      what: "cold misses, 32 at once",
      unit: "ops/s",
      runs: cold["cold misses"],
      bars: [{ of: "value", atLeast: 40_000 }],
    },
    {
      what: "memory of a cached record",
      unit: "B",
      runs: [bytes],
      bars: [{ of: "value", atMost: 400 }],
    },
    { what: "bare sum: SHA-256 and a Map, 100,000 keys", unit: "ops/s", runs: warm.bare },
    small,
    { what: "warm, 100,000 keys in use", unit: "ops/s", runs: warm.middle, against: small },
    {
      what: "warm, 1,000,000 keys in use",
      unit: "ops/s",
      runs: warm.large,
      against: small,
    },
    fewOverHttp,
    {
      what: "/verify over HTTP, 100,000 keys in use",
      unit: "ops/s",
      runs: overHttp.middle,
      against: fewOverHttp,
      bars: flat,
    },
    {
      what: "/verify over HTTP, 1,000,000 keys in use",
      unit: "ops/s",
      runs: overHttp.large,
      against: fewOverHttp,
      bars: flat,
    },
  ];
}

/** Gives a token that nobody has asked for yet, from the second half of all. */
function unseenTokens({ tokens }: SeededInstallation): () => string {
  let next = tokens.length / 2;
  return () => {
    const token = tokens[next];
    next += 1;
    if (token === undefined) throw new Error("all tokens have been seen");
    return token;
  };
}

async function coldMisses(services: Services, unseen: () => string): Promise<number> {
  let left = MISSES;
  return perSecond(MISSES, () =>
    atOnce(async () => {
      while (left > 0) {
        left -= 1;
        await expectValid(services, unseen());
      }
    }),
  );
}

async function bytesOfRecord(installation: SeededInstallation): Promise<number> {
  const { services } = installation;
  const before = { heap: bytesInUse(), ...services.keys.statistics() };
  await readAll(installation, RECORDS);
  const added = services.keys.statistics().records - before.records;
  return (bytesInUse() - before.heap) / added;
}

async function readAll({ services, tokens }: SeededInstallation, count: number): Promise<void> {
  await atOnce(async (caller) => {
    for (let index = caller; index < count; index += CALLERS) {
      const token = PresentedToken.parse(tokens[index] ?? "");
      if (token !== null) await services.keys.find(token);
    }
  });
}

async function warmHits({ services, tokens }: SeededInstallation, size: number): Promise<number> {
  return perSecond(HITS, async () => {
    for (let index = 0; index < HITS; index += 1) {
      await expectValid(services, tokens[(index * STRIDE) % size] ?? "");
      // A server hears of the world between its requests.
      if (index % 1000 === 0) await breath();
    }
  });
}

/** Servers side by side, of which each has seen the keys that it is asked for. */
async function warmOverHttp(fixture: Fixture, { tokens, env }: SeededInstallation) {
  const load = startLoader(fixture);
  const seen = async (size: number) => {
    const { url } = await startServer(fixture, "latchkey-server.ts", env);
    const asked = { url, request: verifying, tokens: tokens.slice(0, size) };
    fixture.doing(`a server reads ${size.toLocaleString("en")} keys`);
    await load({ ...asked, connections: 8 * CALLERS });
    return () => load({ ...asked, connections: CALLERS, seconds: 2 });
  };
  return inTurn(fixture, ROUNDS, {
    small: await seen(1_000),
    middle: await seen(100_000),
    large: await seen(KEYS),
  });
}

async function bareSum({ tokens }: SeededInstallation, size: number): Promise<number> {
  const names = new Map(
    tokens.slice(0, size).map((token) => [hash("sha256", token, "base64"), token.length]),
  );
  return perSecond(HITS, async () => {
    for (let index = 0; index < HITS; index += 1) {
      const token = tokens[(index * STRIDE) % size] ?? "";
      if (!names.has(hash("sha256", token, "base64"))) throw new Error("not there");
      if (index % 1000 === 0) await breath();
    }
  });
}

async function expectValid(services: Services, token: string): Promise<void> {
  const result = await verifyKey(services, { token, scopes: undefined });
  if (!result.ok || result.value.outcome !== "VALID") throw new Error("not valid");
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1000;
}

async function atOnce(work: (caller: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(caller)));
}

function breath(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
