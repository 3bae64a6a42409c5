import { spawn as spawnProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createClient } from "@latchkey/client";
import { spawn } from "@lydell/node-pty";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { smallDisk } from "@latchkey/testing/small-disk";
import { until } from "@latchkey/testing/until";
import { LATCHKEY, type Ran, run } from "@latchkey/testing/command/command";
import { environment } from "@latchkey/testing/command/environment";
import { type Installation, installation } from "./support/installation.ts";
import { startProxy } from "./support/proxy.ts";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";

// An answer counts as given once it has been written: standard output and standard error at their worst.

const TOKEN = /sk_[0-9A-Za-z]{49}/;
const PIPE_BYTES = 64 * 1024;

let here: Installation;
let server: RunningServer;
let token: string;
/** Of a key that every case may look at. */
let id: string;
const undo = new AsyncDisposableStack();
beforeAll(async () => {
  here = await installation((step) => undo.defer(step));
  server = await startServer(here.env, { atEnd: (step) => undo.defer(step) });
  const made = await here.create("one");
  token = made.token;
  id = made.key.id;
});
afterAll(async () => {
  await undo.disposeAsync();
});

/** Runs a line of bash, in which `latchkey` is the built command. */
function shell(line: string, env: Record<string, string> = here.env): Promise<Ran> {
  const script = `latchkey() { '${process.execPath}' '${LATCHKEY}' "$@"; }\n${line}`;
  return run("bash", ["--norc", "-c", script], { env });
}

const keyIds = async () => new Set((await here.keys()).items.map((key) => key.id));

describe("a token that can't be written", () => {
  test.each([
    ["keys create --title lost > /dev/full", "ENOSPC"],
    ["keys create --title lost --json > /dev/full", "ENOSPC"],
    ["keys create --title lost | true", "EPIPE"],
    ["keys create --title lost --json | true", "EPIPE"],
  ])("is told with the way to end its key: %s", async (command, why) => {
    const before = await keyIds();
    const { code, stdout, stderr } = await shell(`latchkey ${command}; exit \${PIPESTATUS[0]}`);
    expect([code, stdout]).toEqual([3, ""]);
    const [lost] = [...(await keyIds())].filter((known) => !before.has(known));
    expect(lost).toBeDefined();
    expect(stderr).toContain(`(${why})`);
    expect(stderr).toContain(
      `Nobody has the token of ${lost}. End it: latchkey keys revoke ${lost}`,
    );
    expect(stderr).not.toMatch(/Created|sk_/);
    await here.json(["keys", "revoke", lost as string, "--yes"]);
  });

  test.each([
    ["", /The old one no longer works\./],
    ["--grace 24h", /The old one works until /],
  ])("of a rotation says what becomes of the old one: %s", async (grace, says) => {
    const { key } = await here.create("old");
    const { code, stderr } = await shell(`latchkey keys rotate ${key.id} ${grace} > /dev/full`);
    const { rotatedTo } = await here.json<{ rotatedTo: string }>(["keys", "show", key.id]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(says)]);
    expect(stderr).toContain(`latchkey keys revoke ${rotatedTo}`);
  });

  test.each(["create --title none", `rotate ID`, "create --title none --json"])(
    "since standard output is closed is not even made: %s",
    async (command) => {
      const before = await here.json(["audit", "head"]);
      const args = command.replace("ID", id);
      const { code, stderr } = await shell(`latchkey keys ${args} >&-`);
      expect([code, stderr]).toEqual([
        2,
        command.includes("--json") ? "" : expect.stringMatching(/Standard output is closed/),
      ]);
      expect((await shell(`latchkey keys ${args} >&- 2>&-`)).code).toBe(2);
      expect(await here.json(["audit", "head"])).toEqual(before);
    },
  );

  test("of which a nearly full disk took a part is told as lost", async ({ skip }) => {
    const disk = await smallDisk(1);
    if (disk === null) return skip("no disk can be mounted here");
    try {
      // Room for twenty bytes: the rest of a page that the file has already.
      const { code, stderr } = await shell(`cd '${disk.path}'
        head -c 4076 /dev/zero > tokens; head -c 2M /dev/zero > fill 2> /dev/null
        latchkey keys create --title lost >> tokens`);
      expect((await stat(join(disk.path, "tokens"))).size).toBe(4096);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/ENOSPC.*latchkey keys revoke/)]);
    } finally {
      await disk.remove();
    }
  });

  test("on a terminal that hung up meanwhile is told as lost", async () => {
    const proxy = await startProxy(server.url);
    const folder = await temporaryFolder();
    const release = proxy.hold("keys.create");
    const env = environment({
      HOME: folder,
      LATCHKEY_URL: `http://127.0.0.1:${proxy.port}`,
      LATCHKEY_TOKEN: token,
    });
    // Neither ends by the signal of the hang-up: one ignores it, the other has a session of its own.
    const line = `trap '' HUP
      setsid --wait '${process.execPath}' '${LATCHKEY}' keys create --title hung 2> said
      echo $? > code`;
    const terminal = spawn("bash", ["--norc", "-c", line], { cwd: folder, env });
    await until(() => proxy.seen.some(({ url }) => url.includes("keys.create")));
    (terminal as unknown as { destroy(): void }).destroy();
    release();
    const read = async (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
    await until(async () => (await read("code")) !== "");
    expect([await read("code"), await read("said")]).toEqual([
      "3\n",
      expect.stringMatching(/\(EIO\).*latchkey keys revoke key_/),
    ]);
  });
});

describe("a token that was written", () => {
  test.each(["2>&-", "2> /dev/full", "2> >(true)"])(
    "is good, though nothing can be said beside it: %s",
    async (broken) => {
      const { code, stdout } = await shell(`latchkey keys create --title said ${broken}`);
      expect([code, stdout]).toEqual([0, expect.stringMatching(TOKEN)]);
    },
  );

  test("may be thrown away by whoever says so", async () => {
    const { code, stderr } = await shell("latchkey keys create --title away > /dev/null");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Created key_/)]);
  });

  test("is whole in its file, behind what stood there", async () => {
    const folder = await temporaryFolder();
    const { code } = await shell(
      `cd '${folder}' && echo first > tokens && latchkey keys create --title kept >> tokens`,
    );
    const [first, second] = (await readFile(join(folder, "tokens"), "utf8")).split("\n");
    expect([code, first, second]).toEqual([0, "first", expect.stringMatching(TOKEN)]);
  });
});

describe("any other answer that can't be written", () => {
  const answers = [
    "keys list",
    "keys list --json",
    "keys list --watch",
    "keys list --watch --json",
    `keys show ID`,
    "audit list",
    "audit list --watch",
    "audit head",
    "audit verify",
    "users list",
    "whoami",
    "completion bash",
    "--help",
    "keys --help",
    "--version",
  ];

  test.each(answers)("on a full disk is exit code 3: %s", async (command) => {
    const { code, stderr } = await shell(`latchkey ${command.replace("ID", id)} > /dev/full`);
    expect([code, stderr]).toEqual([
      3,
      "Standard output can't be written (ENOSPC): the answer is lost.\n",
    ]);
  });

  test.each(answers.filter((command) => !command.includes("--watch")))(
    "since its reader has left is an end like any other: %s",
    async (command) => {
      const line = `latchkey ${command.replace("ID", id)} | true; exit \${PIPESTATUS[0]}`;
      const { code, stderr } = await shell(line);
      expect([code, stderr]).toEqual([0, expect.not.stringMatching(/can't be written/)]);
    },
  );

  test.each(["keys list --watch", "audit list --watch --json"])(
    "ends what is watched once its reader has left: %s",
    async (command) => {
      let ran: Ran | undefined;
      void shell(`latchkey ${command} | head -n 1; exit \${PIPESTATUS[0]}`).then((ended) => {
        ran = ended;
      });
      const { keys } = createClient({ url: server.url, token });
      await until(async () => {
        await keys.rename.mutate({ id, title: `at ${Date.now()}` });
        return ran !== undefined;
      });
      expect(ran).toMatchObject({ code: 0, stderr: "" });
    },
  );

  test("keeps a verdict and a failure in the exit code", async () => {
    const verify = (to: string) => shell(`echo sk_none | latchkey keys verify ${to}`);
    expect((await verify("| true; exit ${PIPESTATUS[1]}")).code).toBe(1);
    expect((await verify("> /dev/full")).code).toBe(3);
    const refused = await shell("latchkey keys show none --json > /dev/full");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/no such key/)]);
  });

  test("ends a server that should print its address", async () => {
    const own = await installation();
    const line = "LATCHKEY_PORT=0 LATCHKEY_METRICS_ADDRESS=off latchkey serve --json > /dev/full";
    const { code, stderr } = await shell(line, own.env);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/Standard output can't be written/)]);
  });
});

test("an answer longer than a pipe holds arrives whole, however slowly it is read", async () => {
  const { keys } = createClient({ url: server.url, token });
  for (let made = 0; made < 200; made += 1) {
    await keys.rename.mutate({ id, title: `${made} ${"x".repeat(180)}` });
  }
  const command = "latchkey audit list --limit 200 --json";
  const quick = await shell(command);
  expect(quick.stdout.length).toBeGreaterThan(PIPE_BYTES);
  const slow = await shell(`${command} | dd bs=1 status=none; exit \${PIPESTATUS[0]}`);
  expect([slow.code, slow.stdout === quick.stdout]).toEqual([0, true]);
});

test("a server whose log can't be written anymore goes on serving", async () => {
  const own = await installation();
  for (const breaks of ["full", "left"] as const) {
    const full = openSync("/dev/full", "w");
    const child = spawnProcess(process.execPath, [LATCHKEY, "serve", "--json"], {
      env: environment({ ...own.env, LATCHKEY_PORT: "0", LATCHKEY_METRICS_ADDRESS: "off" }),
      stdio: ["ignore", "pipe", breaks === "full" ? full : "pipe"],
    });
    closeSync(full);
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stderr?.destroy();
    const [first] = (await once(child.stdout as Readable, "data")) as [Buffer];
    const { url } = JSON.parse(first.toString()) as { url: string };
    for (let asked = 0; asked < 20; asked += 1) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    }
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  }
});
