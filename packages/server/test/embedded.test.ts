import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { createClient } from "@latchkey/client";
import { type DataFolder, dataFolder } from "../src/embedded/data-folder.ts";
import { startEmbedded } from "../src/start/embedded.ts";
import type { RunningServer } from "../src/start/run.ts";
import { socketPathOf } from "../src/embedded/socket-path.ts";
import { type Child, runChild } from "./child.ts";
import { ORIGIN } from "./installation.ts";
import { until } from "@latchkey/testing/until";

describe("the embedded installation", () => {
  let base: string;
  let started: RunningServer[];
  let children: Child[];
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), "latchkey-embedded-"));
    started = [];
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.process.kill("SIGKILL");
    for (const child of children) await child.ended();
    for (const server of started) await server.close();
    await rm(base, { recursive: true, force: true });
  });

  const start = async (folder: DataFolder, templateFolder = inject("pgliteTemplate")) => {
    const server = await startEmbedded({ folder, tokenPrefix: "sk", templateFolder });
    if (server !== null) started.push(server);
    return server;
  };
  const hold = async (folder: DataFolder) => {
    const server = await start(folder);
    if (server === null) throw new Error("somebody else holds the folder");
    const close = async () => {
      started = started.filter((other) => other !== server);
      await server.close();
    };
    return { close, client: createClient({ url: ORIGIN, fetch: server.fetch }) };
  };
  /** Another process that holds the folder until it is killed. */
  const holdElsewhere = async ({ path }: DataFolder) => {
    const child = runChild(
      `import { startEmbedded, dataFolder } from "../src/index.ts";
      const server = await startEmbedded({ folder: dataFolder(process.env.FOLDER), tokenPrefix: "sk",
        templateFolder: process.env.TEMPLATE });
      console.log(server === null ? "held by another" : "holding");`,
      { env: { FOLDER: path, TEMPLATE: inject("pgliteTemplate") } },
    );
    children.push(child);
    await child.says("holding");
    return child;
  };

  test("keeps everything to its owner, and what was written from one start to the next", async () => {
    const folder = dataFolder(join(base, "new"));
    const first = await hold(folder);
    const { key, token } = await first.client.keys.create.mutate({ title: "Deploy" });
    for (const file of [folder.socketFile, folder.pepperFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
    await first.close();
    const second = await hold(folder);
    expect(await second.client.keys.list.query()).toMatchObject({ items: [key] });
    expect(await second.client.keys.verify.mutate({ token })).toMatchObject({ outcome: "VALID" });
    expect(await second.client.auth.whoami.query()).toMatchObject({
      kind: "operator",
      role: "admin",
    });
    const { items } = await second.client.events.list.query();
    expect(items.map(({ type }) => type)).toEqual(["key.created", "user.created"]);
  });

  test("reaching the socket is the proof, but a credential that is presented must hold", async () => {
    const folder = dataFolder(join(base, "new"));
    await hold(folder);
    const path = String(await socketPathOf(folder));
    expect(await whoamiOver(path)).toMatchObject({ status: 200 });
    const presented = await whoamiOver(path, { authorization: "Bearer sk_nonsense" });
    expect(presented).toMatchObject({ status: 401 });
  });

  test("is held by one: to any other it says so, in this process and elsewhere", async () => {
    const folder = dataFolder(join(base, "new"));
    await holdElsewhere(folder);
    expect(await start(folder)).toBeNull();
    expect(await whoamiOver(String(await socketPathOf(folder)))).toMatchObject({ status: 200 });
    const mine = dataFolder(join(base, "mine"));
    const { close } = await hold(mine);
    expect(await start(mine)).toBeNull();
    await close();
    expect(await start(mine)).not.toBeNull();
  });

  test("is free at once when its holder is killed, and the stale socket is replaced", async () => {
    const folder = dataFolder(join(base, "new"));
    const holder = await holdElsewhere(folder);
    const key = await whoamiOver(folder.socketFile);
    holder.process.kill("SIGKILL");
    expect((await holder.ended()).signal).toBe("SIGKILL");
    expect((await stat(folder.socketFile)).isSocket()).toBe(true);
    const { client } = await hold(folder);
    expect(await whoamiOver(folder.socketFile)).toEqual(key);
    expect((await client.events.verify.query()).ok).toBe(true);
  });

  test("of many that start at once exactly one holds it", async () => {
    const folder = dataFolder(join(base, "new"));
    const servers = await Promise.all(Array.from({ length: 5 }, () => start(folder)));
    expect(servers.filter((server) => server !== null).length).toBe(1);
  });

  test("in a folder of a long path listens under a short one, which goes with it", async () => {
    const folder = dataFolder(join(base, "x".repeat(60), "y".repeat(60)));
    const { close } = await hold(folder);
    const path = String(await socketPathOf(folder));
    expect(Buffer.byteLength(path)).toBeLessThan(104);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await whoamiOver(path)).toMatchObject({ status: 200 });
    await close();
    await expect(stat(dirname(path))).rejects.toMatchObject({ code: "ENOENT" });
    // What a killed holder leaves of it goes with the next one's start.
    const holder = await holdElsewhere(folder);
    const stale = String(await socketPathOf(folder));
    holder.process.kill("SIGKILL");
    await holder.ended();
    await hold(folder);
    expect(await whoamiOver(String(await socketPathOf(folder)))).toMatchObject({ status: 200 });
    await expect(stat(dirname(stale))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("starts clean after a copy of the ready-made database was interrupted", async () => {
    const folder = dataFolder(join(base, "new"));
    await mkdir(folder.path, { mode: 0o700 });
    await writeFile(folder.lockFile, "");
    const draft = `${folder.databaseFolder}.new`;
    await mkdir(draft);
    await cp(join(inject("pgliteTemplate"), "PG_VERSION"), join(draft, "PG_VERSION"));
    await writeFile(join(draft, "half"), "x");
    const { client } = await hold(folder);
    expect((await client.keys.list.query()).total).toBe(0);
    expect(await readdir(folder.databaseFolder)).not.toContain("half");
    expect(await readdir(folder.path)).not.toContain("database.new");
  });

  test("comes up without a ready-made database", async () => {
    const folder = dataFolder(join(base, "new"));
    const server = await startEmbedded({ folder, tokenPrefix: "sk" });
    if (server === null) throw new Error("somebody else holds the folder");
    started.push(server);
    const client = createClient({ url: ORIGIN, fetch: server.fetch });
    expect((await client.keys.create.mutate({ title: "First" })).key.revision).toBe(1);
  });

  test("that refuses to start lets go of the folder", async () => {
    const folder = dataFolder(join(base, "new"));
    await (await hold(folder)).close();
    const pepper = await readFile(folder.pepperFile);
    await writeFile(folder.pepperFile, `${"ab".repeat(32)}\n`);
    await expect(start(folder)).rejects.toMatchObject({ name: "StartRefused" });
    await writeFile(folder.pepperFile, pepper);
    expect(await start(folder)).not.toBeNull();
  });

  test("under kill -9 in the midst of changes loses none that it acknowledged", async () => {
    const folder = dataFolder(join(base, "new"));
    const child = runChild(
      `import { startEmbedded, dataFolder } from "../src/index.ts";
      import { createClient } from "@latchkey/client";
      const server = await startEmbedded({ folder: dataFolder(process.env.FOLDER), tokenPrefix: "sk",
        templateFolder: process.env.TEMPLATE });
      const { keys } = createClient({ url: "http://test", fetch: server.fetch });
      for (let i = 0; ; i += 1) {
        const { key } = await keys.create.mutate({ title: "Key " + i });
        process.stdout.write(key.id + "\\n");
      }`,
      { env: { FOLDER: folder.path, TEMPLATE: inject("pgliteTemplate") } },
    );
    children.push(child);
    await until(() => child.output().split("\n").length > 20, 60_000);
    child.process.kill("SIGKILL");
    const { output } = await child.ended();
    const acknowledged = output.split("\n").filter((line) => line.length === 30);
    const { client } = await hold(folder);
    for (const id of acknowledged)
      expect(await client.keys.get.query({ id })).toMatchObject({ id });
    expect((await client.events.verify.query()).ok).toBe(true);
  });
});

async function whoamiOver(socketPath: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; body: string }>((answered, failed) => {
    const call = request({
      socketPath,
      path: "/trpc/auth.whoami",
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
    });
    call.on("error", failed).on("response", (response) => {
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => answered({ status: response.statusCode, body }));
    });
    call.end("{}");
  });
}
