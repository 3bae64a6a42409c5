import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyId } from "@latchkey/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, errorOf } from "@latchkey/client";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { operatorOf } from "../src/start/operator.ts";
import { createKey } from "../src/use-cases/keys/create-key.ts";
import { newToken } from "../src/use-cases/keys/new-token.ts";
import type { Caller, Services } from "../src/use-cases/services.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { verifyLog } from "../src/use-cases/log/verify-log.ts";
import { Outage } from "../src/faults/outage.ts";
import { startServices } from "./installation.ts";
import { listenInTest } from "./listener.ts";
import {
  type RestartablePostgres,
  startRestartablePostgres,
} from "@latchkey/testing/database/restartable-postgres";
import { until } from "@latchkey/testing/until";

const RESTARTS = 15;
const CLIENTS = 12;
const GAP_MS = 20_000;
/** How long what is known may be told without word from the database. */
const BOUND_MS = 5000;
/** What nobody waits longer for, however busy the machine: the deadline of a change. */
const PATIENCE_MS = 10_000;

let postgres: RestartablePostgres;
let open: OpenDatabase;
let services: Services;
let operator: Caller;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-restart-"));
  postgres = await startRestartablePostgres();
  open = await openPostgres(postgres.url);
  services = await startServices(open, folder);
  operator = await operatorOf(services, "process");
});

afterAll(async () => {
  await open.close();
  await postgres.remove();
  await rm(folder, { recursive: true, force: true });
});

async function create(title: string): Promise<{ id: KeyId; token: string }> {
  const created = await createKey(services, operator, {
    title,
    scopes: undefined,
    expiresAt: undefined,
  });
  if (!created.ok) throw new Error(created.error.code);
  const { key, token } = created.value;
  return { id: key.view.key.id, token: token.reveal() };
}

async function outcomeOf(token: string): Promise<string> {
  const verified = await verifyKey(services, { token, scopes: undefined });
  return verified.ok ? verified.value.outcome : verified.error.code;
}

test("a database that crashes and returns under load, again and again, costs nothing that was answered", async ({
  annotate,
}) => {
  const known = await create("Known");
  const unknown = newToken({ ...services, randomBytes }).token.reveal();
  const answered: KeyId[] = [];
  const verdicts = new Set<string>();
  const failures = new Map<string, number>();
  let slowestFailureMs = 0;
  let slowestReturnMs = 0;
  const load = { isOver: false };

  const changing = async (title: string) => void answered.push((await create(title)).id);
  const turns = [
    changing,
    changing,
    async () => void verdicts.add(`known ${await outcomeOf(known.token)}`),
    async () => void verdicts.add(`unknown ${await outcomeOf(unknown)}`),
  ];
  const client = async (number: number) => {
    for (let turn = 0; !load.isOver; turn += 1) {
      const began = performance.now();
      try {
        await turns[number % turns.length]?.(`${number}-${turn}`);
      } catch (error) {
        // Whatever else it were would fail the test: this client ends with it.
        if (!(error instanceof Outage)) throw error;
        failures.set(error.why, (failures.get(error.why) ?? 0) + 1);
        slowestFailureMs = Math.max(slowestFailureMs, performance.now() - began);
        await sleep(5);
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, number) => client(number));
  try {
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const before = answered.length;
      await until(() => answered.length > before + 10);
      await postgres.kill();
      await postgres.start();
      const returned = performance.now();
      const after = answered.length;
      await until(() => answered.length > after);
      slowestReturnMs = Math.max(slowestReturnMs, performance.now() - returned);
    }
  } finally {
    load.isOver = true;
    await Promise.all(clients);
  }

  await annotate(
    `${answered.length} created; failed ${JSON.stringify(Object.fromEntries(failures))}, ` +
      `the slowest after ${Math.round(slowestFailureMs)} ms; ` +
      `healthy ${Math.round(slowestReturnMs)} ms after a return, or sooner`,
  );
  expect(failures.get("unreachable")).toBeGreaterThan(0);
  expect(
    [...failures.keys()].filter((why) => !/^(unreachable|outcome_unknown)$/.test(why)),
  ).toEqual([]);
  expect(slowestFailureMs).toBeLessThan(PATIENCE_MS);
  expect([...verdicts].toSorted()).toEqual(["known VALID", "unknown NOT_FOUND"]);
  const kept = await Promise.all(answered.map((id) => services.store.readKey(id)));
  expect(kept.filter((key) => key === null)).toEqual([]);
  expect((await verifyLog(services, { from: undefined })).firstBadSeq).toBeNull();
});

test("a database that is gone for 20 s: what is known passes within its bound, then nothing, then all again", async () => {
  const { url } = await listenInTest(services);
  const { token } = await create("Shop");
  const { keys } = createClient({ url, token });
  const asked = {
    proxy: async () => {
      const response = await fetch(`${url}/verify`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return response.status === 200 ? "VALID" : String(response.status);
    },
    call: () =>
      keys.verify.mutate({ token }).then(
        ({ outcome }) => outcome as string,
        (error: unknown) => errorOf(error).code as string,
      ),
  };
  // As it begins to follow the log it forgets what it knows.
  await until(() => services.feed.state() === "live");
  for (const ask of Object.values(asked)) await until(async () => (await ask()) === "VALID");

  const goneAt = performance.now();
  await postgres.kill();
  /** What each was told while the database was gone, and when it was last asked with success. */
  const watch = async (ask: () => Promise<string>) => {
    const observer: string[] = [];
    let passedAt = goneAt;
    while (performance.now() < goneAt + GAP_MS) {
      const askedAt = performance.now();
      observer.push(await ask());
      if (observer.at(-1) === "VALID") passedAt = askedAt;
      await sleep(100);
    }
    return { observer, passedMs: passedAt - goneAt };
  };
  const [proxy, call] = await Promise.all([watch(asked.proxy), watch(asked.call)]);
  // First the one, then the other, and never back.
  expect(proxy.observer.join(" ")).toMatch(/^(VALID )+503( 503)*$/);
  expect(call.observer.join(" ")).toMatch(/^(VALID )+UNAVAILABLE( UNAVAILABLE)*$/);
  expect(proxy.passedMs).toBeLessThanOrEqual(BOUND_MS);
  expect(call.passedMs).toBeLessThanOrEqual(BOUND_MS);

  await postgres.start();
  for (const ask of Object.values(asked)) await until(async () => (await ask()) === "VALID");
  const known = await fetch(`${url}/verify`, {
    headers: { authorization: `Bearer ${(await create("Made afterwards")).token}` },
  });
  expect(known.status).toBe(200);
});
