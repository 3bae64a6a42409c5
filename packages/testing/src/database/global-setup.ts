import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { MIGRATIONS_FOLDER, migrateSchema } from "../../../server/src/db/migrate.ts";
import { openPglite } from "../../../server/src/db/pglite.ts";
import { openPostgres } from "../../../server/src/db/postgres.ts";
import { layOutHostileDatabase } from "./hostile-role.ts";
import { withDatabase } from "./provided.ts";
import { rawPostgres } from "./raw-postgres.ts";
import { startRestartablePostgres } from "./restartable-postgres.ts";

// Once per run: a real PostgreSQL with a migrated template database, and a migrated PGlite folder.

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "latchkey-test-"));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  const ready = await Promise.allSettled([
    providePostgres(project, undo),
    makePgliteTemplate(folder).then((path) => project.provide("pgliteTemplate", path)),
  ]);
  const failed = ready.find((part) => part.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const provided = undo.move();
  return () => provided.disposeAsync();
}

async function providePostgres(project: TestProject, undo: AsyncDisposableStack): Promise<void> {
  const url = process.env["TEST_DATABASE_URL"] ?? (await startPostgres(undo));
  project.provide("postgresUrl", url);
  project.provide("postgresTemplate", await makePostgresTemplate(url, undo));
  project.provide("hostileUrl", await makeHostileTemplate(url, undo));
}

async function startPostgres(undo: AsyncDisposableStack): Promise<string> {
  const server = await startRestartablePostgres();
  undo.defer(server.remove);
  return server.url;
}

async function makePostgresTemplate(url: string, undo: AsyncDisposableStack): Promise<string> {
  const name = `latchkey_template_${process.pid}`;
  await createTemplate(url, name, undo);
  await migrate(withDatabase(url, name));
  return name;
}

async function makeHostileTemplate(url: string, undo: AsyncDisposableStack): Promise<string> {
  const name = `latchkey_hostile_${process.pid}`;
  const admin = await createTemplate(url, name, undo);
  const asRole = await layOutHostileDatabase(admin, withDatabase(url, name));
  await migrate(asRole);
  return asRole;
}

async function createTemplate(url: string, name: string, undo: AsyncDisposableStack) {
  const admin = rawPostgres(url);
  undo.defer(async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.unsafe(`drop role if exists ${name}`);
    await admin.end();
  });
  await admin.unsafe(`create database ${name}`);
  return admin;
}

async function migrate(url: string): Promise<void> {
  const open = await openPostgres(url);
  await open.exclusively((db) => migrateSchema(db, MIGRATIONS_FOLDER));
  await open.close();
}

async function makePgliteTemplate(folder: string): Promise<string> {
  const template = join(folder, "pglite");
  const open = await openPglite(template);
  await open.exclusively((db) => migrateSchema(db, MIGRATIONS_FOLDER));
  await open.close();
  return template;
}
