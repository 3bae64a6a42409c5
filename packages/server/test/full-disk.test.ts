import { open, rm, statfs, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { createClient } from "@latchkey/client";
import { dataFolder } from "../src/embedded/data-folder.ts";
import { RESERVE_BYTES } from "../src/files/disk.ts";
import type { RunningServer } from "../src/start/run.ts";
import { startEmbedded } from "../src/start/embedded.ts";
import { runChild } from "./child.ts";
import { codeOf, ORIGIN } from "./installation.ts";
import { type SmallDisk, smallDisk } from "@latchkey/testing/small-disk";

const readyOf = async ({ fetch }: RunningServer) => {
  const response = await fetch(new Request(`${ORIGIN}/readyz`));
  return { status: response.status, body: await response.json() };
};

describe("a full disk", () => {
  let disk: SmallDisk | null;
  beforeEach(async () => {
    disk = await smallDisk(320);
  });
  afterEach(async () => disk?.remove());

  /** Fills the disk until so many bytes are left. */
  const leave = async (path: string, bytes: number) => {
    const ballast = await open(join(path, "..ballast"), "a");
    try {
      const { bavail, bsize } = await statfs(path);
      const full = Buffer.alloc(1024 * 1024);
      for (let rest = bavail * bsize - bytes; rest > 0; rest -= full.length) {
        await ballast.write(full, 0, Math.min(rest, full.length));
      }
    } finally {
      await ballast.close();
    }
  };

  test("refuses changes while reads and verification go on, until space is free again", async ({
    skip,
  }) => {
    if (disk === null) return skip("no disk can be mounted here");
    const { path } = disk;
    const folder = dataFolder(join(path, "data"));
    const templateFolder = inject("pgliteTemplate");
    const server = await startEmbedded({ folder, tokenPrefix: "sk", templateFolder });
    if (server === null) throw new Error("somebody else holds the folder");
    try {
      const client = createClient({ url: ORIGIN, fetch: server.fetch });
      const { key, token } = await client.keys.create.mutate({ title: "Deploy" });
      expect(await readyOf(server)).toEqual({ status: 200, body: { ok: true } });
      await leave(path, RESERVE_BYTES - 1024 * 1024);
      expect(await readyOf(server)).toEqual({
        status: 200,
        body: {
          ok: true,
          degraded: true,
          reads: true,
          changes: false,
          follows: true,
          why: ["storage_full"],
        },
      });
      const changes = [
        () => client.keys.create.mutate({ title: "More" }),
        () => client.keys.rename.mutate({ id: key.id, title: "More" }),
        () => client.keys.revoke.mutate({ id: key.id }),
      ];
      for (const change of changes) {
        const failed = change();
        await expect(failed).rejects.toMatchObject({
          data: { httpStatus: 503, reason: "UNAVAILABLE", why: "storage_full" },
        });
        expect(await codeOf(failed)).toBe("UNAVAILABLE");
      }
      expect(await client.keys.get.query({ id: key.id })).toEqual(key);
      expect(await client.keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });
      await truncate(join(path, "..ballast"), 0);
      expect(await readyOf(server)).toEqual({ status: 200, body: { ok: true } });
      expect(await client.keys.rename.mutate({ id: key.id, title: "More" })).toMatchObject({
        revision: 2,
      });
      expect((await client.events.verify.query()).ok).toBe(true);
    } finally {
      await server.close();
    }
  });

  test("that the engine itself runs into is an outage at once and from then on, not a spin", async ({
    skip,
  }) => {
    if (disk === null) return skip("no disk can be mounted here");
    const { path } = disk;
    // In a process of its own with a time limit: an engine that spins can't be stopped from inside.
    const child = runChild(
      `import { cp } from "node:fs/promises";
      import { sql } from "drizzle-orm";
      import { openPglite } from "../src/db/pglite.ts";
      import { outageOf } from "../src/faults/outage.ts";
      await cp(process.env.TEMPLATE, process.env.FOLDER, { recursive: true });
      const { db, close } = await openPglite(process.env.FOLDER);
      await db.execute(sql\`create table ballast (text text storage external)\`);
      const fill = sql\`insert into ballast select repeat(md5(n::text), 200) from generate_series(1, 5000) n\`;
      const why = async (work) => work().then(() => "done", (error) => outageOf(error)?.why ?? String(error));
      let first = "done";
      for (let i = 0; i < 50 && first === "done"; i += 1) first = await why(() => db.transaction((tx) => tx.execute(fill)));
      console.log("first: " + first);
      console.log("write: " + await why(() => db.execute(fill)));
      console.log("read: " + await why(() => db.execute(sql\`select 1\`)));
      console.log("transaction: " + await why(() => db.transaction((tx) => tx.execute(sql\`select 1\`))));
      await close();
      console.log("closed");
      process.exit(0);`,
      { env: { TEMPLATE: inject("pgliteTemplate"), FOLDER: join(path, "database") } },
    );
    expect(await child.ended()).toEqual({
      code: 0,
      signal: null,
      output: ["first", "write", "read", "transaction"]
        .map((step) => `${step}: storage_full\n`)
        .concat("closed\n")
        .join(""),
    });
    await rm(join(path, "database"), { recursive: true });
  });
});
