import { join } from "node:path";
import { composeServices } from "../../packages/server/src/app.ts";
import type { OpenDatabase } from "../../packages/server/src/db/database.ts";
import { openPglite } from "../../packages/server/src/db/pglite.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import type { Services } from "../../packages/server/src/services/services.ts";
import { verifyChain, verifyLog } from "../../packages/server/src/services/verify-log.ts";
import { startRestartablePostgres } from "../../packages/server/test/restartable-postgres.ts";
import type { Figure } from "../figure.ts";
import type { Ground, Group } from "../ground.ts";
import { bytesInUse } from "../request-path/heap.ts";
import { makeHistory } from "./history.ts";

// How long `audit verify` takes, and what it holds meanwhile, at four events of a key.

const ROUNDS = 3;
const ON_POSTGRES = 250_000;
const EMBEDDED = 12_500;

export const audit: Group = {
  name: "audit",
  title: "audit verify: 1,000,000 events in PostgreSQL, 50,000 in the embedded database",
  measure: async (ground) => [...(await onPostgres(ground)), ...(await embedded(ground))],
};

async function onPostgres(ground: Ground): Promise<Figure[]> {
  ground.doing("starting PostgreSQL");
  const postgres = await startRestartablePostgres({ sharedBuffers: "2GB" });
  ground.atEnd(postgres.remove);
  const open = await openPostgres(postgres.url);
  ground.atEnd(open.close);
  return measureOn(ground, open, "PostgreSQL", ON_POSTGRES);
}

async function embedded(ground: Ground): Promise<Figure[]> {
  const open = await openPglite(join(await ground.folder(), "database"));
  ground.atEnd(open.close);
  return measureOn(ground, open, "embedded", EMBEDDED);
}

async function measureOn(
  ground: Ground,
  open: OpenDatabase,
  engine: string,
  keys: number,
): Promise<Figure[]> {
  const services = await composeServices({
    open,
    pepperFile: join(await ground.folder(), "pepper"),
    tokenPrefix: "sk",
    onDefect: (error) => console.error(error),
  });
  ground.atEnd(services.close);
  await makeHistory(ground, open, services, keys);
  const chain: number[] = [];
  const whole: number[] = [];
  const held: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    ground.doing(`${engine}, round ${round} of ${ROUNDS}`);
    chain.push(await milliseconds(() => walkChain(services)));
    const before = bytesInUse();
    const peak = watchMemory();
    whole.push(await milliseconds(() => proveWhole(services)));
    held.push(peak() - before);
  }
  const walk: Figure = { what: `${engine}: the chain alone`, unit: "ms", runs: chain };
  return [
    walk,
    { what: `${engine}: with all rows`, unit: "ms", runs: whole, against: walk },
    {
      what: `${engine}: heap at its most`,
      unit: "B",
      runs: held,
      bars: [{ of: "value", atMost: 200_000_000 }],
    },
  ];
}

async function walkChain({ store, logKey }: Services): Promise<void> {
  const { firstBadSeq } = await store.inSnapshot((snapshot) =>
    verifyChain(snapshot, logKey, undefined),
  );
  if (firstBadSeq !== null) throw new Error("the log does not hold");
}

async function proveWhole(services: Services): Promise<void> {
  const { ok, firstBadRow } = await verifyLog(services, { from: undefined });
  if (!ok) throw new Error(`not as the log says: ${JSON.stringify(firstBadRow)}`);
}

async function milliseconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Gives the most that was held since, garbage included. */
function watchMemory(): () => number {
  let most = 0;
  const timer = setInterval(() => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    most = Math.max(most, heapUsed + arrayBuffers);
  }, 20);
  return () => {
    clearInterval(timer);
    return most;
  };
}
