import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { environment } from "@latchkey/testing/command/environment";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// What a person does first: clone, `npm start`. With the machine's own Node and npm.

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);
const INSTALL_MS = 480_000;
/** How this machine reaches the registry of packages. */
const NETWORK = /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|no|all)_proxy)$/i;

/** What `npm start` finds when a person types it, though this test itself was started through npm. */
async function personsEnvironment(home: string): Promise<Record<string, string>> {
  const network = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && NETWORK.test(entry[0]),
  );
  const own = environment({ ...Object.fromEntries(network), HOME: homedir() });
  const path = (own["PATH"] ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  const env = { ...own, PATH: path.join(":") };
  // Only the person's registry and cache are taken along from the real home.
  const config = async (name: string) =>
    (await run("npm", ["config", "get", name], { env, cwd: "/" })).stdout.trim();
  return {
    ...env,
    npm_config_cache: await config("cache"),
    npm_config_userconfig: await config("userconfig"),
    HOME: home,
    LATCHKEY_DATA_DIR: join(home, "data"),
  };
}

async function latchkey(
  args: readonly string[],
  { cwd, env, stdin }: { cwd: string; env: Record<string, string>; stdin: string },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn("npm", ["run", "-s", "latchkey", "--", ...args], { cwd, env });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
}

test.skipIf(!existsSync(join(root, ".git")))(
  "from a clean clone, npm start shows the empty list",
  { timeout: INSTALL_MS + 60_000 },
  async () => {
    const home = await temporaryFolder();
    const clone = join(home, "latchkey");
    await run("git", ["clone", "--quiet", "--no-hardlinks", root, clone]);
    const env = await personsEnvironment(home);
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const start = () =>
      openTerminal("/usr/bin/env", ["-i", ...assignments, "npm", "start"], { env: {}, cwd: clone });

    const first = start();
    await first.shows("Latchkey: installing dependencies");
    await first.shows("No secret API keys yet.", INSTALL_MS);

    // A second terminal of the same person, through a pipe.
    const list = await latchkey(["keys", "list", "--json"], { cwd: clone, env, stdin: "" });
    expect(list).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(list.stdout)).toMatchObject({ items: [] });
    const made = await latchkey(["keys", "create", "--title", "CI"], {
      cwd: clone,
      env,
      stdin: "",
    });
    const verified = await latchkey(["keys", "verify"], { cwd: clone, env, stdin: made.stdout });
    expect(verified).toMatchObject({ code: 0, stdout: "VALID\n" });
    const unknown = await latchkey(["keys", "verify"], { cwd: clone, env, stdin: "sk_no" });
    expect(unknown).toMatchObject({ code: 1, stdout: "NOT_FOUND\n" });

    first.type("q");
    expect(await first.ended()).toBe(0);

    // Once it is all there, nothing is installed or built again, and work in the clone is not undone.
    const second = start();
    await second.shows("CI");
    expect(second.written()).not.toMatch(/installing|building/);
    second.type("q");
    expect(await second.ended()).toBe(0);
    const { stdout: changed } = await run("git", ["status", "--porcelain"], { cwd: clone });
    expect(changed).toBe("");
  },
);
