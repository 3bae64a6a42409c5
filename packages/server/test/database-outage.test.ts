import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OpenDatabase } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { openLink, COMMIT, type DatabaseLink } from "@latchkey/testing/database/database-link";
import { createDatabase, type PostgresDatabase } from "@latchkey/testing/database/engines";
import { type Installation, install, startServices } from "./installation.ts";
import { until } from "@latchkey/testing/until";

const POOL = 3;

let database: PostgresDatabase;
let origin: DatabaseLink;
let open: OpenDatabase;
let latchkey: Installation;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  database = await createDatabase({ migrated: true });
  origin = await openLink(database.url);
  open = await openPostgres(origin.url, POOL);
  latchkey = await install({ ...open, query: async () => [] }, await startServices(open, folder));
});
afterEach(async () => {
  await origin.close();
  await open.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const create = (title: string) => latchkey.post(latchkey.admin, "keys.create", { title });
const verify = (token: string) => latchkey.post(latchkey.admin, "keys.verify", { token });
const newToken = async () => {
  const { token } = await latchkey.clientOf(latchkey.admin).keys.create.mutate({ title: "Deploy" });
  return token;
};

/** What is in the database, asked past the broken road. */
async function past<Row>(query: (direct: postgres.Sql) => PromiseLike<Row>): Promise<Row> {
  const direct = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    return await query(direct);
  } finally {
    await direct.end();
  }
}

const titles = () =>
  past(async (direct) => {
    const rows = await direct<{ title: string }[]>`select title from api_keys order by id`;
    return rows.map(({ title }) => title);
  });

function unavailable(why: "unreachable" | "outcome_unknown") {
  return { status: 503, data: { reason: "UNAVAILABLE", why } };
}

async function failureOf(answer: Promise<{ status: number; body: string }>) {
  const { status, body } = await answer;
  return { status, data: JSON.parse(body).error?.data };
}

describe("a database that falls silent (PostgreSQL)", () => {
  test("is an outage to everybody who asks, in bounded time, and is found again at once", async () => {
    const token = await newToken();
    origin.freeze();
    const began = performance.now();
    // More than there are connections: some wait for one in vain.
    const verified = Array.from({ length: 4 * POOL }, () => failureOf(verify(token)));
    const created = failureOf(create("Lost"));
    for (const failure of await Promise.all(verified)) {
      expect(failure).toMatchObject(unavailable("unreachable"));
    }
    expect(await created).toMatchObject(unavailable("unreachable"));
    // 5 s for a read and 10 s for a change, and what a busy machine adds.
    expect(performance.now() - began).toBeLessThan(20_000);

    origin.thaw();
    expect(await verify(token)).toMatchObject({ status: 200 });
    expect(await create("Found")).toMatchObject({ status: 200 });
    expect(await titles()).toEqual(["Deploy", "Found"]);
    const { events } = latchkey.clientOf(latchkey.admin);
    expect(await events.verify.query()).toMatchObject({ firstBadSeq: null, head: { seq: 2 } });
  });

  test("leaves no connection behind, here or there", async () => {
    const token = await newToken();
    origin.freeze();
    await Promise.all(Array.from({ length: 2 * POOL }, () => verify(token)));
    origin.thaw();
    await Promise.all(Array.from({ length: 2 * POOL }, () => verify(token)));
    const connections = () =>
      past(async (direct) => {
        const [row] = await direct<{ count: number }[]>`
          select count(*)::int from pg_stat_activity
          where datname = current_database() and application_name = 'latchkey'`;
        return row?.count ?? 0;
      });
    await until(async () => (await connections()) <= POOL);
    expect(await verify(token)).toMatchObject({ status: 200 });
    expect(await connections()).toBeLessThanOrEqual(POOL);
  });

  test("while it commits leaves open whether the change happened, and says so", async () => {
    origin.freezeAfter(COMMIT);
    expect(await failureOf(create("Perhaps"))).toMatchObject(unavailable("outcome_unknown"));
    // This time it did.
    expect(await titles()).toEqual(["Perhaps"]);
    origin.thaw();
    expect(await create("Found")).toMatchObject({ status: 200 });
  });
});

describe("a connection that breaks (PostgreSQL)", () => {
  test.each(["lock_timeout", 'insert into "api_keys"', 'insert into "events"', "pg_notify"])(
    "at %s, before the commit, leaves nothing of the change",
    async (statement) => {
      origin.breakBefore(statement);
      expect(await failureOf(create("Lost"))).toMatchObject(unavailable("unreachable"));
      origin.breakBefore(null);
      expect(await create("Found")).toMatchObject({ status: 200 });
      expect(await titles()).toEqual(["Found"]);
    },
  );

  test("when the commit is on its way leaves its outcome open", async () => {
    origin.breakBefore(COMMIT);
    expect(await failureOf(create("Lost"))).toMatchObject(unavailable("outcome_unknown"));
    origin.breakBefore(null);
    expect(await titles()).toEqual([]);
  });

  test("at any of its answers, from signing in to the commit, is an outage and nothing worse", async () => {
    const outcomes = new Set<string>();
    for (let answer = 1; !outcomes.has("200"); answer += 1) {
      origin.breakAtAnswer(answer);
      origin.breakAll();
      const { status, data } = await failureOf(create(`At ${answer}`));
      outcomes.add(status === 503 ? data.why : String(status));
      expect(answer).toBeLessThan(100);
    }
    origin.breakAtAnswer(null);
    origin.breakAll();
    expect(outcomes).toContain("unreachable");
    expect([...outcomes].filter((one) => !/^(200|unreachable|outcome_unknown)$/.test(one))).toEqual(
      [],
    );
    const { events, keys } = latchkey.clientOf(latchkey.admin);
    await until(async () => (await keys.list.query().catch(() => undefined)) !== undefined);
    const { total } = await keys.list.query();
    expect(total).toBeGreaterThan(0);
    expect(await events.verify.query()).toMatchObject({ firstBadSeq: null, head: { seq: total } });
    expect(latchkey.defects).toEqual([]);
  });

  test("while nobody uses it is replaced", async () => {
    const token = await newToken();
    const before = origin.seen.connections;
    origin.breakAll();
    await until(async () => (await verify(token)).status === 200);
    expect(origin.seen.connections).toBeGreaterThan(before);
  });
});

describe("a transaction (PostgreSQL)", () => {
  test("that is over takes no more statements, whoever has its connection now", async () => {
    let late = () => Promise.resolve<unknown>(undefined);
    await open.change(async (tx) => {
      late = async () => tx.execute("select 1");
    });
    await expect(late()).rejects.toMatchObject({ cause: { message: "this transaction is over" } });
  });

  test("in which a failed statement was ignored does not pass for a committed one", async () => {
    const ended = open.change(async (tx) => {
      await tx.execute("select 1 / 0").catch(() => {});
    });
    await expect(ended).rejects.toThrow("ignored");
  });
});
