import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MIGRATIONS_FOLDER } from "../src/db/migrate.ts";
import { openPostgres } from "../src/db/postgres.ts";
import * as schema from "../src/db/schema.ts";
import {
  createDatabase,
  engines,
  type PostgresDatabase,
  pglite,
  postgresql,
} from "@latchkey/testing/database/engines";
import { startServices } from "./installation.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("servers that start together (PostgreSQL)", () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await createDatabase({ migrated: false });
  });
  afterEach(() => database.drop());

  test("on one empty database all come up, with one pepper", async () => {
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => openPostgres(database.url, 1)),
    );
    try {
      const services = await Promise.all(opened.map((open) => startServices(open, folder)));
      const peppers = services.map(({ pepper }) => pepper.export().toString("hex"));
      expect(new Set(peppers).size).toBe(1);
      expect(await readFile(join(folder, "pepper"), "utf8")).toBe(`${peppers[0]}\n`);
      for (const { store } of services) expect(await store.readHead()).toMatchObject({ seq: 0 });
    } finally {
      for (const open of opened) await open.close();
    }
  });
});

describe.each(engines)("the schema ($name)", (engine) => {
  test("comes up twice without a change, and keeps its data", async () => {
    const database = await engine.open();
    try {
      const { pepper } = await startServices(database, folder);
      await database.query(sql`update event_head set seq = 5`);
      const again = await startServices(database, folder);
      expect(again.pepper.equals(pepper)).toBe(true);
      expect(await again.store.readHead()).toMatchObject({ seq: 5 });
    } finally {
      await database.close();
    }
  });

  test("of a newer program is refused, and left as it is", async () => {
    const database = await engine.open();
    try {
      await database.query(sql`insert into latchkey_migrations (id) values (99999999999999)`);
      await expect(startServices(database, folder)).rejects.toMatchObject({
        name: "StartRefused",
        message:
          "This database was prepared by a newer Latchkey. Update Latchkey, then start it again.",
      });
      expect(await database.query(sql`select 1 from settings`)).toEqual([]);
      await expect(readFile(join(folder, "pepper"))).rejects.toMatchObject({ code: "ENOENT" });
    } finally {
      await database.close();
    }
  });
});

describe.each([pglite, postgresql])(
  "beside another application that uses Drizzle ($name)",
  (engine) => {
    const layOutDrizzle = sql`do $$ begin
    create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text, created_at bigint);
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('another', 99999999999999);
  end $$`;
    const journal = sql`select id::text from latchkey_migrations order by id`;

    test("what an earlier version noted in Drizzle's journal is taken over once, and that alone", async () => {
      const database = await engine.open();
      try {
        const applied = await database.query(journal);
        await database.query(layOutDrizzle);
        await database.query(
          sql`insert into drizzle.__drizzle_migrations (hash, created_at) select 'ours', id from latchkey_migrations`,
        );
        await database.query(sql`drop table latchkey_migrations`);
        await startServices(database, folder);
        expect(await database.query(journal)).toEqual(applied);
        await database.query(sql`drop schema drizzle cascade`);
        await startServices(database, folder);
      } finally {
        await database.close();
      }
    });

    test("its migrations are not taken for those of a newer Latchkey", async () => {
      const database = await engine.open();
      try {
        const applied = await database.query(journal);
        await database.query(layOutDrizzle);
        await database.query(sql`do $$ begin
        drop table api_keys, event_head, events, key_hourly_uses, key_last_uses, latchkey_migrations,
          login_attempts, sessions, settings, ssh_keys, users;
      end $$`);
        await startServices(database, folder);
        expect(await database.query(journal)).toEqual(applied);
      } finally {
        await database.close();
      }
    });
  },
);

test("no migration names a schema: an operator may give the tables any", async () => {
  const files = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith(".sql"));
  for (const file of files) {
    expect(await readFile(join(MIGRATIONS_FOLDER, file), "utf8")).not.toMatch(
      /"public"|\bpublic\./,
    );
  }
});

test("the migrations say what the schema says", async () => {
  const journal = JSON.parse(await readFile(join(MIGRATIONS_FOLDER, "meta/_journal.json"), "utf8"));
  const last = String(journal.entries.at(-1).idx).padStart(4, "0");
  const migrated = JSON.parse(
    await readFile(join(MIGRATIONS_FOLDER, `meta/${last}_snapshot.json`), "utf8"),
  );
  const current = generateDrizzleJson({ ...schema }, migrated.id, undefined, "snake_case");
  expect(await generateMigration(migrated, current)).toEqual([]);
});
