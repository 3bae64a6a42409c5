import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestToken, type Pepper } from "@latchkey/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { composeServices } from "../src/app.ts";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { operatorOf } from "../src/local/operator.ts";
import { createKey } from "../src/services/create-key.ts";
import type { Caller, Services } from "../src/services/services.ts";
import { verifyLog } from "../src/services/verify-log.ts";
import { Outage } from "../src/store/outage.ts";
import { type RestartablePostgres, startRestartablePostgres } from "./restartable-postgres.ts";
import { until } from "./until.ts";

const RESTARTS = 15;
const CLIENTS = 12;

let postgres: RestartablePostgres;
let open: OpenDatabase;
let services: Services;
let operator: Caller;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-restart-"));
  postgres = await startRestartablePostgres();
  open = await openPostgres(postgres.url);
  services = await composeServices({ open, pepperFile: join(folder, "pepper"), tokenPrefix: "sk" });
  operator = await operatorOf(services, "process");
});

afterAll(async () => {
  await open.close();
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
});

/** A digest that no key has. */
function unknownDigest(pepper: Pepper): Uint8Array {
  return digestToken(pepper, randomBytes(20).toString("hex"));
}

test("a database that crashes and comes back under load, again and again, costs nothing that was acknowledged", async () => {
  const acknowledged: string[] = [];
  const failures = new Map<string, number>();
  const load = { stopped: false };
  const client = async (number: number) => {
    for (let turn = 0; !load.stopped; turn += 1) {
      try {
        if (number % 3 === 0) {
          const input = { title: `${number}-${turn}`, scopes: undefined, expiresAt: undefined };
          const created = await createKey(services, operator, input);
          if (created.ok) acknowledged.push(created.value.key.view.key.id);
        } else {
          // An outage is thrown, never told as "not found".
          await services.store.findByDigest(unknownDigest(services.pepper));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(Outage);
        const { why } = error as Outage;
        failures.set(why, (failures.get(why) ?? 0) + 1);
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    const before = acknowledged.length;
    await until(() => acknowledged.length > before + 3);
    await postgres.kill();
    await postgres.start();
    // Healthy again: changes go through.
    const after = acknowledged.length;
    await until(() => acknowledged.length > after);
  }
  load.stopped = true;
  await Promise.all(clients);

  expect([...failures.keys()].toSorted()).toEqual(
    [...failures.keys()]
      .filter((why) => why === "unreachable" || why === "outcome_unknown")
      .toSorted(),
  );
  expect(failures.get("unreachable") ?? 0).toBeGreaterThan(0);
  const kept = await Promise.all(
    acknowledged.map(async (id) => (await services.store.readKey(id as `key_${string}`)) !== null),
  );
  expect(kept.filter((there) => !there)).toEqual([]);
  expect((await verifyLog(services, { from: undefined })).ok).toBe(true);
});
