import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { until } from "@latchkey/testing/until";
import { LATCHKEY, type Ran } from "@latchkey/testing/command/command";
import { environment } from "@latchkey/testing/command/environment";

// Whose a file is. Two other accounts run what root has built, which takes root: elsewhere this is skipped.

/** In every list of accounts, and in none. */
const NOBODY = 65534;
const UNLISTED = 54321;
const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("accounts beside each other (needs root)", () => {
  /** Where everybody can read: what npm laid out may be for its owner's eyes alone. */
  let built: string;
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), "latchkey-built-"));
    await chmod(built, 0o755);
    await copyFile(process.execPath, join(built, "node"));
    cpSync(dirname(LATCHKEY), join(built, "dist"), { recursive: true });
    await writeFile(join(built, "package.json"), `{ "type": "module" }`);
    // What the bundle does not hold.
    const database = "node_modules/@electric-sql/pglite";
    const installed = fileURLToPath(new URL(`../${database}`, import.meta.url));
    cpSync(installed, join(built, database), { recursive: true, dereference: true });
    execFileSync("chmod", ["-R", "a+rX", built]);
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  type Account = { readonly uid: number; readonly env: Record<string, string> };

  function start({ uid, env }: Account, args: readonly string[], stdin: "ignore" | "pipe") {
    const child = spawn(
      // With a umask that closes nothing.
      "sh",
      [
        "-c",
        'umask 0; exec "$@"',
        "sh",
        join(built, "node"),
        join(built, "dist/latchkey.js"),
        ...args,
      ],
      { uid, gid: uid, cwd: "/", env: environment(env), stdio: [stdin, "pipe", "pipe"] },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  }

  async function run(account: Account, ...args: string[]): Promise<Ran> {
    const child = start(account, args, "ignore");
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (chunk) => (stdout += chunk));
    child.stderr?.on("data", (chunk) => (stderr += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  async function serve({ uid, env }: Account): Promise<void> {
    const ports = { LATCHKEY_PORT: "0", LATCHKEY_METRICS_ADDRESS: "off" };
    const child = start({ uid, env: { ...env, ...ports } }, ["serve"], "ignore");
    let said = "";
    child.stderr?.on("data", (chunk) => (said += chunk));
    await until(() => said.includes("Latchkey listens"));
  }

  /** A folder that this account may fill, in one that it may not. */
  async function folderOf(uid: number): Promise<string> {
    const base = await mkdtemp(join(tmpdir(), "latchkey-of-"));
    onTestFinished(() => rm(base, { recursive: true, force: true }));
    await chmod(base, 0o755);
    const folder = join(base, "own");
    await mkdir(folder, { mode: 0o700 });
    await chown(folder, uid, uid);
    return folder;
  }

  async function below(folder: string) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return Promise.all(
      entries.map(async (entry) => {
        const { uid, mode } = await stat(join(entry.parentPath, entry.name));
        return { name: entry.name, uid, mode: mode & 0o777, isFolder: entry.isDirectory() };
      }),
    );
  }

  test.each([NOBODY, UNLISTED])(
    "account %i without a home uses the folder that it names, whatever its umask",
    async (uid) => {
      const env = { LATCHKEY_DATA_DIR: join(await folderOf(uid), "data") };
      const created = await run({ uid, env }, "keys", "create", "--title", "one");
      expect([created.code, created.stderr]).toEqual([0, expect.stringMatching(/^Created key_/)]);
      const files = await below(env.LATCHKEY_DATA_DIR);
      expect(files.length).toBeGreaterThan(900);
      expect(files.filter((file) => file.uid !== uid)).toEqual([]);
      // PGlite gives these two, a cache that it writes anew at each start, a mode of its own.
      const laidDown = files.filter(({ name }) => name !== "pg_internal.init");
      expect(laidDown.filter(({ isFolder, mode }) => mode !== (isFolder ? 0o700 : 0o600))).toEqual(
        [],
      );
    },
  );

  test("an account without a home, or with one that it can't write, is told what to name", async () => {
    const none = await run({ uid: UNLISTED, env: {} }, "keys", "list");
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(/^This account has no home folder\. Choose .*LATCHKEY_DATA_DIR\.\n$/),
    ]);
    const readOnly = { uid: NOBODY, env: { HOME: await folderOf(0) } };
    await chmod(readOnly.env.HOME, 0o755);
    const refused = await run(readOnly, "keys", "list");
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/^The data folder .* can't be written\. Check its owner/),
    ]);
    const LATCHKEY_DATA_DIR = join(await folderOf(NOBODY), "data");
    const env = { ...readOnly.env, LATCHKEY_DATA_DIR };
    expect((await run({ uid: NOBODY, env }, "keys", "list")).code).toBe(0);
  });

  test("root is refused in another account's folder, which stays of use to its owner", async () => {
    const home = await folderOf(NOBODY);
    const env = { HOME: home };
    const root = { uid: 0, env };
    // Before there is anything, while somebody holds it, and after that.
    const early = await run(root, "keys", "list");
    expect([early.code, early.stderr]).toEqual([
      3,
      expect.stringMatching(/would lie in another account's folder \(uid 65534\)/),
    ]);
    expect(await readdir(home)).toEqual([]);
    const owner = { uid: NOBODY, env };
    expect((await run(owner, "keys", "create", "--title", "one")).code).toBe(0);
    const refusal = /belongs to another account \(uid 65534\)\. .* sudo -u '#65534' latchkey/;
    for (const args of [["keys", "list"], ["serve"], ["keys", "list", "--json"]]) {
      const { code, stdout, stderr } = await run(root, ...args);
      expect([code, stdout + stderr]).toEqual([3, expect.stringMatching(refusal)]);
    }
    await symlink(join(home, ".local/share/latchkey"), join(built, "link"));
    onTestFinished(() => rm(join(built, "link")));
    const linked = await run(root, "keys", "list", "--data-dir", join(built, "link"));
    expect([linked.code, linked.stderr]).toEqual([3, expect.stringMatching(refusal)]);
    await serve(owner);
    expect((await run(root, "keys", "list")).stderr).toMatch(refusal);
    expect((await run(owner, "keys", "list")).stdout).toContain("one");
    expect((await below(home)).filter(({ uid }) => uid !== NOBODY)).toEqual([]);
  });

  test("a file that another account made in the database is named, with the way to take it back", async () => {
    const env = { LATCHKEY_DATA_DIR: join(await folderOf(NOBODY), "data") };
    const owner = { uid: NOBODY, env };
    expect((await run(owner, "keys", "list")).code).toBe(0);
    const file = join(env.LATCHKEY_DATA_DIR, "database", "global", "pg_control");
    await chown(file, 0, 0);
    const { code, stderr } = await run(owner, "keys", "list");
    expect(stderr).toContain(
      `${file} can't be written: another account made it. Run: sudo chown -R '65534' '${env.LATCHKEY_DATA_DIR}'`,
    );
    expect(code).toBe(3);
    await chown(file, NOBODY, NOBODY);
    expect((await run(owner, "keys", "list")).code).toBe(0);
  });

  test("another account's pepper and host key are refused to root", async () => {
    const theirs = await folderOf(NOBODY);
    const file = join(theirs, "secret");
    await writeFile(file, `${"ab".repeat(32)}\n`, { mode: 0o600 });
    await chown(file, NOBODY, NOBODY);
    const LATCHKEY_DATA_DIR = join(await folderOf(0), "data");
    const refused = /secret belongs to another account \(uid 65534\)/;
    const pepper = { LATCHKEY_DATA_DIR, LATCHKEY_PEPPER_FILE: file };
    const { code, stderr } = await run({ uid: 0, env: pepper }, "keys", "list");
    expect([code, stderr]).toEqual([3, expect.stringMatching(refused)]);
    const hostKey = {
      LATCHKEY_DATA_DIR,
      LATCHKEY_SSH_HOST_KEY_FILE: file,
      LATCHKEY_PORT: "0",
      LATCHKEY_METRICS_ADDRESS: "off",
    };
    const served = await run({ uid: 0, env: hostKey }, "serve", "--ssh");
    expect([served.code, served.stderr]).toEqual([3, expect.stringMatching(refused)]);
  });

  test("a ready-made database that its builder closed is named with the way to open it", async () => {
    const template = join(built, "dist", "database-template");
    await chmod(template, 0o700);
    onTestFinished(() => chmod(template, 0o755));
    const env = { LATCHKEY_DATA_DIR: join(await folderOf(NOBODY), "data") };
    const { code, stderr } = await run({ uid: NOBODY, env }, "keys", "list");
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(`must run: chmod -R a+rX '${template}'`),
    ]);
  });

  test("nothing is said to a socket that another account has put in the place of the holder's", async () => {
    const folder = join(await folderOf(0), "x".repeat(100));
    const root = { uid: 0, env: { LATCHKEY_DATA_DIR: folder } };
    await serve(root);
    expect((await run(root, "keys", "list")).code).toBe(0);
    const theirs = await folderOf(NOBODY);
    let asked = 0;
    const posing = createServer((_, response) => {
      asked += 1;
      response.end("{}");
    });
    await new Promise<void>((listening) => posing.listen(join(theirs, "socket"), listening));
    onTestFinished(() => void posing.close());
    await chown(join(theirs, "socket"), NOBODY, NOBODY);
    await writeFile(join(folder, "socket-path"), join(theirs, "socket"));
    const { code, stderr } = await run(root, "keys", "create", "--title", "secret plan");
    expect([code, stderr]).toEqual([3, expect.stringMatching(/belongs to another account/)]);
    expect(asked).toBe(0);

    // The same of sshd's socket in a folder where everybody may make one.
    await chmod(theirs, 0o1777);
    await chown(theirs, 0, 0);
    const args = ["ssh-authorized-keys", "SHA256:x", "--socket", join(theirs, "socket")];
    const bySshd = await run({ uid: UNLISTED, env: {} }, ...args);
    expect([bySshd.code, bySshd.stderr]).toEqual([
      3,
      expect.stringMatching(/^Others may have put .* there/),
    ]);
    expect(asked).toBe(0);
  });

  test("what was compiled is kept in a folder of one's own, or not at all", async () => {
    const TMPDIR = await folderOf(0);
    const kept = join(TMPDIR, "latchkey-compiled-0");
    await run({ uid: 0, env: { TMPDIR } }, "--version");
    expect([(await stat(kept)).mode & 0o777, (await readdir(kept)).length]).toEqual([0o700, 1]);
    await rm(kept, { recursive: true });
    await mkdir(kept, { mode: 0o700 });
    await chown(kept, NOBODY, NOBODY);
    expect((await run({ uid: 0, env: { TMPDIR } }, "--version")).code).toBe(0);
    expect(await readdir(kept)).toEqual([]);
  });
});
