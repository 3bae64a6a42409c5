import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { type Database, queryRows } from "../src/db/database.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { createKey } from "../src/use-cases/keys/create-key.ts";
import { verifyKey } from "../src/use-cases/keys/verify-key.ts";
import { createDatabase, type PostgresDatabase } from "@latchkey/testing/database/engines";
import { install, startServices } from "./installation.ts";
import { hasPgBouncer, POOL_SIZE, type PoolMode, startPgBouncer } from "./pgbouncer.ts";
import { withDatabase } from "@latchkey/testing/database/provided";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";

if (!hasPgBouncer) console.warn("skipped: no pgbouncer on this machine");

describe.skipIf(!hasPgBouncer)("behind PgBouncer", () => {
  let folder: string;
  let undo: AsyncDisposableStack;
  beforeEach(async () => {
    undo = new AsyncDisposableStack();
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    undo.defer(() => rm(folder, { recursive: true, force: true }));
  });
  afterEach(async () => {
    await undo.disposeAsync();
  });

  async function poolerOf(database: PostgresDatabase, mode: PoolMode, url = database.url) {
    undo.defer(database.drop);
    const bouncer = await startPgBouncer(url, mode);
    undo.defer(bouncer.stop);
    return bouncer.url;
  }

  async function startNode(url: string) {
    const open = await openPostgres(url, 2);
    undo.defer(open.close);
    const services = await startServices(open, folder);
    undo.defer(services.close);
    return { ...open, services };
  }

  /** A client of its own, behind the program's back. */
  function rawClient(url: string) {
    const client = rawPostgres(url);
    undo.defer(() => client.end());
    return client;
  }

  test.each(["session", "transaction"] as const)(
    "in %s mode seven that start together on an empty database all come up and make changes",
    async (mode) => {
      const database = await createDatabase({ migrated: false });
      const url = await poolerOf(database, mode);
      const nodes = await Promise.all(Array.from({ length: 7 }, () => startNode(url)));
      const [first] = nodes;
      if (first === undefined) throw new Error("none came up");
      const query: Parameters<typeof install>[0]["query"] = (text) => queryRows(first.db, text);
      const { admin, clientOf } = await install({ ...first, query }, first.services);
      const created = await Promise.all(
        nodes.map(({ services }, number) => createKey(services, admin, titled(`Key ${number}`))),
      );
      expect(created.every(({ ok }) => ok)).toBe(true);
      expect(await clientOf(admin).events.verify.query()).toMatchObject({
        firstBadSeq: null,
        head: { seq: 7 },
      });
      // No lock stays behind on a connection of the pooler's, and whoever comes later is let in.
      const direct = rawClient(database.url);
      expect(await direct`select 1 from pg_locks where locktype = 'advisory'`).toHaveLength(0);
      await startNode(url);
    },
  );

  test("in transaction mode what a role or another client has set reaches no statement", async () => {
    const template = inject("hostileUrl");
    const database = await createDatabase({ template: new URL(template).pathname.slice(1) });
    const hostile = withDatabase(template, database.name);
    const url = await poolerOf(database, "transaction", hostile);
    // Each on a connection of its own, since none of them is over.
    const others = Array.from({ length: POOL_SIZE }, () => rawClient(url));
    const set = `set "datestyle" = 'German'; set search_path = pg_catalog; set gin_fuzzy_search_limit = 1`;
    await Promise.all(others.map((other) => other.unsafe(`begin; ${set}`)));
    await Promise.all(others.map((other) => other.unsafe("commit")));

    const { db, ...node } = await startNode(url);
    const query: Parameters<typeof install>[0]["query"] = (text) => queryRows(db, text);
    const { admin, clientOf } = await install({ ...node, db, query }, node.services);
    const { keys, events } = clientOf(admin);
    const expiresAt = new Date(Date.now() + 300 * 86_400_000).toISOString();
    const good = await keys.create.mutate({ title: "Shop", expiresAt });
    const revoked = await keys.create.mutate({ title: "Shop again" });
    await keys.revoke.mutate({ id: revoked.key.id });
    const outcomes = await Promise.all(
      [good, revoked].map(({ token }) => verifyKey(node.services, { token, scopes: undefined })),
    );
    expect(outcomes).toMatchObject([
      { value: { outcome: "VALID", expiresAt: new Date(expiresAt) } },
      { value: { outcome: "REVOKED" } },
    ]);
    expect(await keys.list.query({ search: "hop" })).toMatchObject({ total: 2 });
    expect(await events.verify.query()).toMatchObject({ firstBadSeq: null, head: { seq: 3 } });
  });

  test("in statement mode a start is refused by that name", async () => {
    const url = await poolerOf(await createDatabase({ migrated: false }), "statement");
    await expect(openPostgres(url, 1)).rejects.toMatchObject({
      name: "StartRefused",
      message: expect.stringMatching(/statement mode.*pool_mode/),
    });
  });

  test("settings that a URL gives are those of each transaction, and no parameter is refused", async () => {
    const database = await createDatabase({ migrated: false });
    const direct = rawClient(database.url);
    await direct.unsafe("create schema apart; create schema trigrams");
    await direct.unsafe("create extension pg_trgm schema trigrams");
    const url = await poolerOf(database, "transaction");
    const { db } = await startNode(`${url}?schema=apart&options=-c%20work_mem=7MB`);
    const asked = sql`select current_setting('work_mem') as memory, current_schema() as schema`;
    for (const where of [
      db,
      { execute: (text: SQL) => db.transaction((tx) => tx.execute(text)) },
    ]) {
      expect(await queryRows(where as Database, asked)).toEqual([
        { memory: "7MB", schema: "apart" },
      ]);
    }
    const tables = await direct`select count(*)::int from pg_tables where schemaname = 'public'`;
    expect(tables).toMatchObject([{ count: 0 }]);
  });
});

const titled = (title: string) => ({ title, scopes: undefined, expiresAt: undefined });
