import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { latchkey } from "@latchkey/testing/command/command";
import { installation } from "./support/installation.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

// Commands that open the embedded database themselves.

describe("the data folder", () => {
  test("lies in the XDG data home, open to its owner alone", async () => {
    const home = await temporaryFolder();
    const env = { HOME: home, XDG_DATA_HOME: join(home, "xdg") };
    expect((await latchkey(["keys", "list", "--json"], { env })).code).toBe(0);
    const folder = join(home, "xdg", "latchkey");
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, "pepper"))).mode & 0o777).toBe(0o600);
  });

  test("five commands started together on a new folder all succeed", async () => {
    const { run, events, keys } = await installation();
    const ran = await Promise.all(
      ["a", "b", "c", "d", "e"].map((title) => run(["keys", "create", "--title", title])),
    );
    expect(ran.map(({ code, stderr }) => [code, stderr.split(" ")[0]])).toEqual(
      ran.map(() => [0, "Created"]),
    );
    expect((await keys()).items.map(({ title }) => title).sort()).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
    expect((await events()).items).toHaveLength(6);
  });

  test("a wrong and a missing pepper are refused, and the right one works again", async () => {
    const { run, create, dataDir } = await installation();
    const { token } = await create("one");
    const file = join(dataDir, "pepper");
    const pepper = await readFile(file, "utf8");
    await writeFile(file, `${"0".repeat(64)}\n`);
    const wrong = await run(["keys", "verify"], token);
    expect([wrong.code, wrong.stdout]).toEqual([3, ""]);
    expect(wrong.stderr).toMatch(/not the pepper of this database/);
    await writeFile(file, "nonsense");
    expect((await run(["keys", "list", "--json"])).stdout).toMatch(/"UNAVAILABLE".*64 hex digits/);
    await rm(file);
    const missing = await run(["keys", "list"]);
    expect([missing.code, missing.stderr]).toEqual([
      3,
      expect.stringMatching(/pepper .* is missing/),
    ]);
    await writeFile(file, pepper, { mode: 0o600 });
    expect((await run(["keys", "verify"], token)).stdout).toBe("VALID\n");
  });

  test("a folder of other files is left alone", async () => {
    const home = await temporaryFolder();
    const folder = join(home, "documents");
    await mkdir(folder);
    await writeFile(join(folder, "letter.txt"), "dear");
    const { code, stderr } = await latchkey(["keys", "list", "--data-dir", folder], {
      env: { HOME: home },
    });
    expect([code, stderr]).toEqual([3, expect.stringMatching(/holds other files/)]);
  });
});
