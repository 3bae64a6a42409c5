import { join } from "node:path";
import { composeServices } from "../../packages/server/src/start/compose.ts";
import type { OpenDatabase } from "../../packages/server/src/db/database.ts";
import { openPglite } from "../../packages/server/src/db/pglite.ts";
import { openPostgres } from "../../packages/server/src/db/postgres.ts";
import type { Services } from "../../packages/server/src/use-cases/services.ts";
import { verifyChain, verifyLog } from "../../packages/server/src/use-cases/log/verify-log.ts";
import { startRestartablePostgres } from "@latchkey/testing/database/restartable-postgres";
import type { Figure } from "../figure.ts";
import type { Fixture, Group } from "../fixture.ts";
import { bytesInUse } from "../request-path/heap.ts";
import { makeHistory } from "./history.ts";

// How long `audit verify` takes, and what it holds meanwhile, at four events of a key.

const ROUNDS = 3;
const ON_POSTGRES = 250_000;
const EMBEDDED = 12_500;

export const audit: Group = {
  name: "audit",
  title: "audit verify: 1,000,000 events in PostgreSQL, 50,000 in the embedded database",
  measure: async (fixture) => [...(await onPostgres(fixture)), ...(await embedded(fixture))],
};

async function onPostgres(fixture: Fixture): Promise<Figure[]> {
  fixture.doing("starting PostgreSQL");
  const postgres = await startRestartablePostgres({ sharedBuffers: "2GB" });
  fixture.atEnd(postgres.remove);
  const open = await openPostgres(postgres.url);
  fixture.atEnd(open.close);
  return measureOn(fixture, open, "PostgreSQL", ON_POSTGRES);
}

async function embedded(fixture: Fixture): Promise<Figure[]> {
  const open = await openPglite(join(await fixture.folder(), "database"));
  fixture.atEnd(open.close);
  return measureOn(fixture, open, "embedded", EMBEDDED);
}

async function measureOn(
  fixture: Fixture,
  open: OpenDatabase,
  engine: string,
  keys: number,
): Promise<Figure[]> {
  const services = await composeServices({
    open,
    pepperFile: join(await fixture.folder(), "pepper"),
    tokenPrefix: "sk",
    onDefect: (error) => console.error(error),
  });
  fixture.atEnd(services.close);
  await makeHistory(fixture, open, services, keys);
  const chain: number[] = [];
  const whole: number[] = [];
  const held: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    fixture.doing(`${engine}, round ${round} of ${ROUNDS}`);
    chain.push(await milliseconds(() => walkChain(services)));
    bytesInUse();
    const peak = watchMemory();
    whole.push(await milliseconds(() => proveWhole(services)));
    held.push(peak());
  }
  const walk: Figure = { what: `${engine}: the chain alone`, unit: "ms", runs: chain };
  return [
    walk,
    { what: `${engine}: with all rows`, unit: "ms", runs: whole, against: walk },
    {
      what: `${engine}: memory of the process at its most`,
      unit: "B",
      runs: held,
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

/** Gives the most that the process was seen to hold since, garbage and all else included. */
function watchMemory(): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  return () => {
    clearInterval(timer);
    return most;
  };
}
