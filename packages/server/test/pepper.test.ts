import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPepperFile, readPepper } from "../src/start/pepper-file.ts";
import { pglite, type TestDatabase } from "@latchkey/testing/database/engines";
import { startServices } from "./installation.ts";

describe("the pepper", () => {
  let database: TestDatabase;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    database = await pglite.open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.query(sql`delete from settings`);
    folder = await mkdtemp(join(tmpdir(), "latchkey-pepper-"));
    file = join(folder, "pepper");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = async () => (await startServices(database, folder)).pepper.export().toString("hex");
  const refusal = async () =>
    start().then(
      () => "started",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test("is made at the first start, for its owner's eyes alone, and then stays", async () => {
    const pepper = await start();
    expect(await readFile(file, "latin1")).toBe(`${pepper}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await start()).toBe(pepper);
  });

  test("of another database is refused, and neither it nor the database changes", async () => {
    const pepper = await start();
    await writeFile(file, `${"ab".repeat(32)}\n`);
    expect(await refusal()).toMatch(
      /^StartRefused: .*pepper is not the pepper of this database\. /,
    );
    expect(await readFile(file, "latin1")).toBe(`${"ab".repeat(32)}\n`);
    await writeFile(file, `${pepper}\n`);
    expect(await start()).toBe(pepper);
  });

  test("that is missing is not made anew", async () => {
    await start();
    await rm(file);
    expect(await refusal()).toMatch(/^StartRefused: .* is missing\. .*LATCHKEY_PEPPER_FILE/);
    await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test.each([0o640, 0o604, 0o666, 0o620])("that others can reach (%o) is refused", async (mode) => {
    await start();
    await chmod(file, mode);
    expect(await refusal()).toMatch(/^StartRefused: Others can read the pepper\. Run: chmod 600 /);
  });

  test.each(["", "short", "zz".repeat(32), "ab".repeat(33), "AB".repeat(32)])(
    "that is none (%j) is refused",
    async (text) => {
      await writeFile(file, text, { mode: 0o600 });
      expect(await refusal()).toMatch(/^StartRefused: .* is no pepper: it must hold 64 hex digits/);
    },
  );

  test("whose name is a folder's is refused", async () => {
    await mkdir(file, { mode: 0o700 });
    expect(await refusal()).toMatch(/^StartRefused: /);
  });

  test("that was written before a crash is adopted, since no token was made under another", async () => {
    const pepper = "cd".repeat(32);
    await writeFile(file, `${pepper}\n`, { mode: 0o600 });
    expect(await start()).toBe(pepper);
    expect(await start()).toBe(pepper);
  });

  test("is never half written: a draft of a crash is thrown away", async () => {
    await writeFile(`${file}.new`, "ab", { mode: 0o600 });
    const pepper = await start();
    expect(pepper).toMatch(/^[0-9a-f]{64}$/);
    await expect(stat(`${file}.new`)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("never replaces a file that appeared in between", async () => {
    await writeFile(file, "precious", { mode: 0o600 });
    await expect(createPepperFile(file, randomBytes)).rejects.toMatchObject({ code: "EEXIST" });
    expect(await readFile(file, "latin1")).toBe("precious");
  });

  test("is told absent only where there is no file", async () => {
    expect(await readPepper(join(folder, "none"))).toBeNull();
  });
});
