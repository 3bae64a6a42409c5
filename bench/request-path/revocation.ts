import { setImmediate as turn } from "node:timers/promises";
import { createClient, createVerifier, type LatchkeyClient } from "@latchkey/client";
import { openLink } from "@latchkey/testing/database/database-link";
import type { Figure } from "../figure.ts";
import type { Fixture, Group } from "../fixture.ts";
import { checkingKey, seededInstallation } from "./installation.ts";
import { startServer } from "./processes.ts";

// From the answer of a revocation at one server until another place, which has the key in memory, denies.

const REVOCATIONS = 200;
const CUTS = 3;
const KEYS = 1000;

export const revocation: Group = {
  name: "revocation",
  title: "A revocation at one server, until it counts elsewhere",
  measure,
};

type StatusOf = (token: string) => Promise<number>;

async function measure(fixture: Fixture): Promise<Figure[]> {
  const installation = await seededInstallation(fixture, KEYS);
  const origin = await openLink(installation.postgres.url);
  fixture.atEnd(origin.close);
  const here = await startServer(fixture, "latchkey-server.ts", installation.env);
  const env = { ...installation.env, DATABASE_URL: origin.url };
  const there = await startServer(fixture, "latchkey-server.ts", env);
  const token = await checkingKey(installation);
  const client = createClient({ url: here.url, token });
  const verifier = createVerifier(createClient({ url: there.url, token }));
  fixture.atEnd(verifier.close);
  const atServer: StatusOf = (presented) => statusAt(there.url, presented);
  const locally: StatusOf = async (presented) =>
    (await verifier.verify(presented)).outcome === "VALID" ? 200 : 401;
  const far = await openLink(there.url);
  fixture.atEnd(far.close);
  const cutOff = createVerifier(createClient({ url: far.url, token }));
  fixture.atEnd(cutOff.close);
  const farther: StatusOf = async (presented) =>
    cutOff.verifyAtOnce(presented)?.outcome === "VALID" ? 200 : 503;

  const runs = {
    server: [] as number[],
    verifier: [] as number[],
    cut: [] as number[],
    cutTold: [] as number[],
    verifierCut: [] as number[],
  };
  for (let round = 1; round <= REVOCATIONS; round += 1) {
    fixture.doing(`revocation ${round} of ${REVOCATIONS}`);
    runs.server.push((await revokeAndWait(client, atServer)).denied);
    runs.verifier.push((await revokeAndWait(client, locally)).denied);
  }
  for (let round = 1; round <= CUTS; round += 1) {
    fixture.doing(`the other server cut off, ${round} of ${CUTS}`);
    const { passed, denied } = await revokeAndWait(client, atServer, origin.freeze);
    runs.cut.push(passed);
    runs.cutTold.push(denied);
    origin.thaw();
    while ((await atServer(token)) !== 200) await turn();
  }
  for (let round = 1; round <= CUTS; round += 1) {
    fixture.doing(`the verifier cut off, ${round} of ${CUTS}`);
    await cutOff.verify(token);
    const knows = async (presented: string) => {
      await cutOff.verify(presented);
      return farther(presented);
    };
    let isCut = false;
    const cut = () => {
      isCut = true;
      far.freeze();
    };
    const status: StatusOf = (presented) => (isCut ? farther : knows)(presented);
    runs.verifierCut.push((await revokeAndWait(client, status, cut)).denied);
    far.thaw();
    while ((await farther(token)) !== 200) await cutOff.verify(token).catch(() => turn());
  }
  const soon = [{ of: "value", atMost: 50 }] as const;
  return [
    { what: "at another server, p99", unit: "ms", runs: runs.server, quantile: 0.99, bars: soon },
    { what: "at another server, median", unit: "ms", runs: runs.server },
    {
      what: "in a client's verifier at another server, p99",
      unit: "ms",
      runs: runs.verifier,
      quantile: 0.99,
      bars: soon,
    },
    {
      what: "at another server, its link cut, longest it passed",
      unit: "ms",
      runs: runs.cut,
      quantile: 1,
      bars: [{ of: "value", atMost: 5000 }],
    },
    {
      what: "at another server, its link cut, longest until that was answered",
      unit: "ms",
      runs: runs.cutTold,
      quantile: 1,
    },
    {
      what: "in a client's verifier, its link cut, longest it passed",
      unit: "ms",
      runs: runs.verifierCut,
      quantile: 1,
      bars: [{ of: "value", atMost: 5000 }],
    },
  ];
}

/**
 * Milliseconds until the key was asked for with success for the last time, and until something else was
 * answered: that nobody can tell may take the time of a deadline.
 */
type Revoked = { readonly passed: number; readonly denied: number };

async function revokeAndWait(
  client: LatchkeyClient,
  statusOf: StatusOf,
  before: () => void = () => {},
): Promise<Revoked> {
  const { key, token } = await client.keys.create.mutate({ title: "Soon over" });
  for (let hits = 0; hits < 3; hits += 1) {
    const status = await statusOf(token);
    if (status !== 200) throw new Error(`a new key got ${status}`);
  }
  before();
  await client.keys.revoke.mutate({ id: key.id });
  const answered = performance.now();
  let passedAt = answered;
  for (let askedAt = answered; (await statusOf(token)) === 200; await turn()) {
    passedAt = askedAt;
    askedAt = performance.now();
  }
  return { passed: passedAt - answered, denied: performance.now() - answered };
}

async function statusAt(url: string, token: string): Promise<number> {
  const response = await fetch(`${url}/verify`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return response.status;
}
