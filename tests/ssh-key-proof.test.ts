import { execFile, spawn } from "node:child_process";
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SshKey } from "@latchkey/client";
import { describe, expect, onTestFinished, test } from "vitest";
import { until } from "@latchkey/testing/until";
import { LATCHKEY } from "@latchkey/testing/command/command";
import { installation, withHeldInstallation } from "./support/installation.ts";
import { commandRunnerWith } from "@latchkey/testing/command/command-runner";
import { startServer } from "@latchkey/testing/command/server";
import { hasSsh, type KeyPair, makeKeyPair } from "./support/ssh.ts";
import { seatOf } from "./support/team.ts";
import { temporaryFolder } from "@latchkey/testing/temporary-folder";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// With the real ssh-keygen and ssh-agent.

const exec = promisify(execFile);
const held = withHeldInstallation();
const PASSWORD = "correct horse battery";
const PASSPHRASE = "a passphrase";

/** The public half alone, in a folder of its own. */
async function publicHalf({ file }: KeyPair): Promise<string> {
  const copy = join(await temporaryFolder(), "id.pub");
  await copyFile(`${file}.pub`, copy);
  return copy;
}

/** An agent that holds these keys; gives its socket. */
async function agentWith(...pairs: readonly KeyPair[]): Promise<string> {
  const socket = join(await temporaryFolder(), "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  onTestFinished(() => void agent.kill());
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  await until(() =>
    exec("ssh-add", ["-q", "-D"], { env }).then(
      () => true,
      () => false,
    ),
  );
  for (const { file } of pairs) await exec("ssh-add", ["-q", file], { env });
  return socket;
}

describe.skipIf(!hasSsh)("ssh-keys add proves one's own key", () => {
  test.for([
    ["ed25519", ["-t", "ed25519"]],
    ["ECDSA on nistp256", ["-t", "ecdsa", "-b", "256"]],
    ["ECDSA on nistp521", ["-t", "ecdsa", "-b", "521"]],
    ["RSA", ["-t", "rsa", "-b", "3072"]],
  ] as const)("%s by the private half beside the file", async ([, kind]) => {
    const { file } = await makeKeyPair(kind);
    const { run } = held();
    const added = await run(["ssh-keys", "add", `${file}.pub`, "--label", "Desk"]);
    expect([added.code, added.stdout]).toEqual([0, ""]);
    expect(added.stderr).toContain("It is proven");
  });

  test("by the agent, from a file, from standard input and from a list", async () => {
    const pairs = await Promise.all([makeKeyPair(), makeKeyPair(), makeKeyPair()]);
    const [first, second, third] = pairs;
    const { env } = held();
    const { json } = commandRunnerWith({
      ...env,
      SSH_AUTH_SOCK: await agentWith(first, second, third),
    });
    const proven = { proven: true };
    expect(await json(["ssh-keys", "add", await publicHalf(first)])).toMatchObject(proven);
    expect(await json(["ssh-keys", "add", "-"], second.publicKey)).toMatchObject(proven);
    const absent = await makeKeyPair();
    const list = `${third.publicKey}\n${absent.publicKey}\n`;
    expect(await json(["ssh-keys", "add", "-", "--github-file"], list)).toMatchObject({
      items: [proven, { proven: false }],
    });
  });

  test("by a passphrase that is asked for on a terminal, and nowhere else", async () => {
    const { file } = await makeKeyPair();
    await exec("ssh-keygen", ["-q", "-p", "-P", "", "-N", PASSPHRASE, "-f", file]);
    const { run, env } = held();
    const unattended = await run(["ssh-keys", "add", `${file}.pub`]);
    expect([unattended.code, unattended.stderr]).toEqual([
      0,
      expect.stringContaining("is added. It is not proven to be yours: add it again where"),
    ]);
    const command = [LATCHKEY, "ssh-keys", "add", `${file}.pub`];
    const asked = openTerminal(process.execPath, command, { env });
    await asked.shows("Enter passphrase");
    asked.type(`${PASSPHRASE}\r`);
    expect(await asked.ended()).toBe(0);
    expect(asked.screen()).toContain("It is proven");
    expect(asked.written()).not.toContain(PASSPHRASE);
  });

  test("not by another key's private half, by none, or where it is not to be", async () => {
    const [pair, other] = [await makeKeyPair(), await makeKeyPair()];
    const { json, run } = held();
    const file = await publicHalf(pair);
    const add = async (...args: string[]) => json<SshKey>(["ssh-keys", "add", file, ...args]);
    const beside = file.slice(0, -".pub".length);
    for (const content of [await readFile(other.file, "utf8"), "no key"]) {
      await writeFile(beside, content, { mode: 0o600 });
      expect((await add()).proven).toBe(false);
    }
    await copyFile(pair.file, beside);
    await chmod(beside, 0o600);
    expect((await add("--no-proof")).proven).toBe(false);
    expect((await add()).proven).toBe(true);
    const { fingerprint } = await add();
    const { stdout } = await run(["ssh-keys", "list"]);
    const line = stdout.split("\n").find((one) => one.startsWith(fingerprint));
    expect(line?.split("\t").at(-1)).toBe("proven");
  });
});

describe.skipIf(!hasSsh)("a key that somebody else registered first", () => {
  test("goes to its true owner by proof; both logs say so", async () => {
    const here = await installation();
    const { url } = await startServer(here.env);
    await here.json(["users", "add", "--email", "thea@example.com"], PASSWORD);
    const thief = await seatOf();
    await thief.json(["login", url, "--email", "thea@example.com"], PASSWORD);
    const pair = await makeKeyPair();
    const stolen = await thief.json<SshKey>(["ssh-keys", "add", await publicHalf(pair)]);
    expect(stolen.proven).toBe(false);

    const refused = await here.run(["ssh-keys", "add", "-"], pair.publicKey);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("belongs to thea@example.com"),
    ]);
    const taken = await here.run(["ssh-keys", "add", `${pair.file}.pub`]);
    expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining("It is proven")]);
    expect(await thief.json(["ssh-keys", "list"])).toEqual({ items: [] });
    const again = await thief.run(["ssh-keys", "add", "-"], pair.publicKey);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining("belongs to another user"),
    ]);
    const log = await here.run(["audit", "list", "--limit", "2"]);
    expect(log.stdout).toContain("takenFrom=thea@example.com");
    expect((await thief.run(["audit", "list", "--limit", "1"])).stdout).toContain(
      "provenByAnother=true",
    );
  });

  test("by an admin for its user says so in the list", async () => {
    const { json, run } = held();
    await json(["users", "add", "--email", "mia@example.com"], PASSWORD);
    const { email } = await json<{ email: string }>(["whoami"]);
    const pair = await makeKeyPair();
    const user = ["--user", "mia@example.com"];
    const added = await run(["ssh-keys", "add", `${pair.file}.pub`, ...user]);
    expect(added.stderr).toContain("they can do that by adding it themselves");
    const listed = await run(["ssh-keys", "list", ...user]);
    expect(listed.stdout).toContain(`\tnot proven, by ${email}\n`);
  });
});
