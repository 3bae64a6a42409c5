import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { inject } from "vitest";
import { type OpenDatabase, queryRows } from "../../../server/src/db/database.ts";
import { openPglite } from "../../../server/src/db/pglite.ts";
import { openPostgres } from "../../../server/src/db/postgres.ts";
import { withDatabase } from "./provided.ts";
import { rawPostgres } from "./raw-postgres.ts";

// Both engines under one suite. Whoever opens a database closes it; closing also removes it.

export type TestDatabase = OpenDatabase & {
  /** A raw query behind the program's back. */
  readonly query: <Row = Record<string, unknown>>(query: SQL) => Promise<Row[]>;
};

export type Engine = { readonly name: string; readonly open: () => Promise<TestDatabase> };

export const pglite: Engine = {
  name: "PGlite",
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-pglite-"));
    const database = join(folder, "database");
    cpSync(inject("pgliteTemplate"), database, { recursive: true });
    const open = await openPglite(database);
    return {
      ...withQuery(open),
      close: async () => {
        await open.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

export const postgresql: Engine = {
  name: "PostgreSQL",
  open: async () => {
    const database = await createDatabase({ migrated: true });
    const open = await openPostgres(database.url, 4);
    return {
      ...withQuery(open),
      close: async () => {
        await open.close();
        await database.drop();
      },
    };
  },
};

/** The same with a role whose every setting is another than ours: `hostile-role.ts`. */
export const hostilePostgresql: Engine = {
  name: "PostgreSQL, hostile settings",
  open: async () => {
    const template = inject("hostileUrl");
    const database = await createDatabase({ template: new URL(template).pathname.slice(1) });
    const open = await openPostgres(withDatabase(template, database.name), 4);
    return {
      ...withQuery(open),
      close: async () => {
        await open.close();
        await database.drop();
      },
    };
  },
};

export const engines: readonly Engine[] = [pglite, postgresql, hostilePostgresql];

export type PostgresDatabase = {
  readonly name: string;
  readonly url: string;
  readonly drop: () => Promise<void>;
};

let databases = 0;

/** A database of its own on the run's PostgreSQL. */
export async function createDatabase(
  options: { migrated: boolean } | { template: string } | { like: string },
): Promise<PostgresDatabase> {
  const url = inject("postgresUrl");
  databases += 1;
  const name = `latchkey_test_${process.pid}_${Date.now().toString(36)}_${databases}`;
  const admin = rawPostgres(url);
  const like =
    "like" in options
      ? options.like
      : `template ${"template" in options ? options.template : options.migrated ? inject("postgresTemplate") : "template1"}`;
  await admin.unsafe(`create database ${name} ${like}`);
  return {
    name,
    url: withDatabase(url, name),
    drop: async () => {
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** Empties every table but the settings, and puts the log back to its beginning. */
export async function emptyDatabase({ db }: OpenDatabase): Promise<void> {
  await db.execute(sql`do $$ begin
    delete from api_keys; delete from events; delete from sessions; delete from ssh_keys;
    delete from login_attempts;
    delete from users; delete from event_head;
    insert into event_head (id, seq, mac, at)
      values (1, 0, decode(repeat('00', 32), 'hex'), 'epoch');
  end $$`);
}

export function withQuery(open: OpenDatabase): TestDatabase {
  return { ...open, query: (query) => queryRows(open.db, query) };
}
