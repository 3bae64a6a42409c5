import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type postgres from "postgres";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openPostgres } from "../src/db/postgres.ts";
import { createDatabase } from "@latchkey/testing/database/engines";
import { startServices } from "./installation.ts";
import { rawPostgres } from "@latchkey/testing/database/raw-postgres";

// Databases that can't hold an installation, each told apart by a sentence with what to change.

const ROLE = `latchkey_guest_${process.pid}`;
const admin = rawPostgres(inject("postgresUrl"));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
  await admin.unsafe(`create role ${ROLE} login password 'hunter2'`);
});
afterAll(async () => {
  await admin.unsafe(`drop role ${ROLE}`);
  await admin.end();
  await rm(folder, { recursive: true, force: true });
});

type Case = {
  /** How the database is created, beyond its name. */
  readonly like?: string;
  readonly migrated?: boolean;
  /** Done in it by an administrator. */
  readonly prepare?: string;
  readonly asGuest?: boolean;
  readonly search?: string;
  readonly sentence: RegExp;
};

const cases: Record<string, Case> = {
  "in LATIN1": {
    like: "encoding 'LATIN1' locale 'C' template template0",
    sentence: /encoding is LATIN1.*ENCODING 'UTF8'/,
  },
  "without an encoding": {
    like: "encoding 'SQL_ASCII' locale 'C' template template0",
    sentence: /encoding is SQL_ASCII/,
  },
  "without a schema": { prepare: "drop schema public", sentence: /CREATE SCHEMA.*\?schema=/ },
  "without the schema of its URL": { search: "?schema=absent", sentence: /does not exist/ },
  "whose user may create nothing": { asGuest: true, sentence: /lacks a right.*CREATE/ },
  "whose user may not enter": {
    prepare:
      "do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$",
    asGuest: true,
    sentence: /lacks a right.*CONNECT/,
  },
  "without pg_trgm, which its user may not create": {
    prepare: `grant create on schema public to ${ROLE}`,
    asGuest: true,
    sentence: /pg_trgm.*CREATE EXTENSION/,
  },
  "whose user has no connection left": {
    prepare: `alter role ${ROLE} connection limit 0`,
    asGuest: true,
    sentence: /no connection left/,
  },
  "whose user leaves out foreign keys": {
    prepare: `alter role ${ROLE} set session_replication_role = 'replica'`,
    asGuest: true,
    sentence: /session_replication_role = replica.*RESET/,
  },
  "with a table of another program": {
    prepare: "create table users (id int)",
    sentence: /same name.*\?schema=/,
  },
  "without one of the tables": {
    migrated: true,
    prepare: "drop table settings",
    sentence: /tables.*missing.*backup/,
  },
  "with a pepper's mark that can't be one": {
    migrated: true,
    prepare: "insert into settings values ('pepper_check', '\\x00')",
    sentence: /pepper_check.*backup/,
  },
  "that knows no such setting": {
    search: "?options=-c%20no_such=1",
    sentence: /options set no_such/,
  },
  "that lets its user set no such thing": {
    search: "?options=-c%20log_statement=all",
    asGuest: true,
    sentence: /options set log_statement/,
  },
};

test.each(Object.entries(cases))("a database %s is refused with what to change", async (_, one) => {
  const database = await createDatabase(
    one.like === undefined ? { migrated: one.migrated === true } : { like: one.like },
  );
  try {
    if (one.prepare !== undefined) await run(database.url, one.prepare);
    const url = new URL(`${database.url}${one.search ?? ""}`);
    if (one.asGuest === true) Object.assign(url, { username: ROLE, password: "hunter2" });
    const refusal = await start(url.href).then(
      () => "it was not refused",
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(refusal).toMatch(one.sentence);
    expect(refusal).toMatch(/^StartRefused: /);
    expect(refusal).not.toMatch(/hunter2|select|insert|127\.0/i);
  } finally {
    await admin.unsafe(`alter role ${ROLE} connection limit -1; alter role ${ROLE} reset all`);
    await database.drop();
  }
});

async function start(url: string): Promise<void> {
  const open = await openPostgres(url, 1);
  try {
    await (await startServices(open, folder)).close();
  } finally {
    await open.close();
  }
}

async function run(url: string, text: string): Promise<void> {
  const client: postgres.Sql = rawPostgres(url);
  await client.unsafe(text);
  await client.end();
}
