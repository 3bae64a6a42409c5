import { setTimeout as sleep } from "node:timers/promises";
import { createClient, errorOf, type LatchkeyClient } from "@latchkey/client";
import { until } from "@latchkey/testing/until";
import { startServer } from "@latchkey/testing/command/server";
import type { Figure } from "../figure.ts";
import type { Fixture, Group } from "../fixture.ts";
import { checkingKey, seededInstallation } from "../request-path/installation.ts";

// PostgreSQL crashes and returns at once, again and again, and once after long, while clients change and check
// keys over HTTP.

const RESTARTS = 15;
/** How long it is away once, beside. */
const AWAY_MS = 20_000;
const CHANGING = 6;
const CHECKING = 6;
/** Answered between two crashes, so that each one meets a server at work. */
const CHANGES_BETWEEN = 20;
/** Each is checked in turn, so that most checks meet a key for the first time and ask the database. */
const KEYS = 10_000;

export const restart: Group = {
  name: "restart",
  title: `PostgreSQL crashes under load and returns, ${RESTARTS} times`,
  measure,
};

async function measure(fixture: Fixture): Promise<Figure[]> {
  const installation = await seededInstallation(fixture, KEYS);
  const { postgres, env, tokens } = installation;
  const { url } = await startServer(env, { atEnd: fixture.atEnd });
  const { keys } = createClient({ url, token: await checkingKey(installation) });
  const load = startLoad(keys, tokens);

  /** Milliseconds from its return to the next change that is answered. */
  const crash = async (awayMs: number): Promise<number> => {
    await load.reaches(load.created.length + CHANGES_BETWEEN);
    await postgres.kill();
    await sleep(awayMs);
    await postgres.start();
    const returned = performance.now();
    await load.reaches(load.created.length + 1);
    return performance.now() - returned;
  };

  const returns: number[] = [];
  const late: number[] = [];
  try {
    for (let round = 1; round <= RESTARTS; round += 1) {
      fixture.doing(`crash ${round} of ${RESTARTS}`);
      returns.push(await crash(0));
    }
    for (let round = 1; round <= 3; round += 1) {
      fixture.doing(`away for ${AWAY_MS / 1000} s, ${round} of 3`);
      late.push(await crash(AWAY_MS));
    }
  } finally {
    await load.end();
  }
  const there = await Promise.all(load.created.map((id) => isThere(keys, id)));
  const lost = there.filter((found) => !found).length;

  const longest = { unit: "ms", quantile: 1 } as const;
  const bars = (limit: number) => [{ of: "value", atMost: limit }] as const;
  return [
    {
      ...longest,
      what: `slowest of ${load.failures.length} failures, each one UNAVAILABLE`,
      runs: load.failures,
      bars: bars(1000),
    },
    {
      ...longest,
      what: "from its return to the first change that was answered, longest",
      runs: returns,
      bars: bars(2000),
    },
    {
      ...longest,
      what: `the same after ${AWAY_MS / 1000} s away`,
      runs: late,
      bars: bars(2000),
    },
    {
      what: `lost of ${load.created.length} keys whose creation was answered`,
      unit: "keys",
      runs: [lost],
      bars: bars(0),
    },
  ];
}

type Keys = LatchkeyClient["keys"];

/** Clients that go on whatever comes, until told to end; what is no outage ends them with its error. */
function startLoad(keys: Keys, tokens: readonly string[]) {
  const created: string[] = [];
  /** In milliseconds, from the call to its failure. */
  const failures: number[] = [];
  const load = { isOver: false };
  const repeat = async (call: () => Promise<void>) => {
    while (!load.isOver) {
      const began = performance.now();
      try {
        await call();
      } catch (error) {
        if (errorOf(error).code !== "UNAVAILABLE") throw error;
        failures.push(performance.now() - began);
        await sleep(5);
      }
    }
  };
  const change = async () => {
    created.push((await keys.create.mutate({ title: "Made by the bench" })).key.id);
  };
  let turn = 0;
  const check = async () => {
    const token = tokens[(turn += 1) % tokens.length] as string;
    const { outcome } = await keys.verify.mutate({ token });
    if (outcome === "NOT_FOUND") throw new Error("a key that is there was told to be none");
  };
  const clients = Promise.all([
    ...Array.from({ length: CHANGING }, () => repeat(change)),
    ...Array.from({ length: CHECKING }, () => repeat(check)),
  ]);
  return {
    created,
    failures,
    reaches: async (count: number) => {
      await Promise.race([until(() => created.length >= count), clients]);
    },
    end: async () => {
      load.isOver = true;
      await clients;
    },
  };
}

async function isThere(keys: Keys, id: string): Promise<boolean> {
  try {
    await keys.get.query({ id });
    return true;
  } catch (error) {
    if (errorOf(error).code === "NOT_FOUND") return false;
    throw error;
  }
}
