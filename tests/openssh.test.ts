import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { User } from "@latchkey/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "@latchkey/testing/free-port";
import { until } from "@latchkey/testing/until";
import { LATCHKEY, run } from "@latchkey/testing/command/command";
import { createOnScreen } from "./support/life-on-screen.ts";
import type { CommandRunner } from "@latchkey/testing/command/command-runner";
import { type RunningServer, startServer } from "@latchkey/testing/command/server";
import { hasSsh, type KeyPair, makeKeyPair, seatOverSsh } from "./support/ssh.ts";
import { seatOf } from "./support/team.ts";

// A real sshd in the place of our own SSH server, as docs/ssh.md has it. It needs root: sshd runs as root
// alone, and lets people in as an account of its own, which has no rights in Latchkey.

const SSHD = "/usr/sbin/sshd";
const ACCOUNT = `latchkey-test-${process.pid}`;
const isPossible = process.getuid?.() === 0 && existsSync(SSHD) && hasSsh;

describe.skipIf(!isPossible)("behind a real sshd", () => {
  const undo = new AsyncDisposableStack();
  const atEnd = (step: () => Promise<void>) => undo.defer(step);
  let folder: string;
  let socket: string;
  let port: number;
  let operator: CommandRunner;
  let server: RunningServer;

  beforeAll(async () => {
    // sshd runs nothing from a folder that others may write to, as /tmp is.
    folder = await mkdtemp("/opt/latchkey-test-");
    atEnd(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const account = ["-M", "-d", folder, "-s", "/bin/sh", "-p", "*", ACCOUNT];
    execFileSync("useradd", account, { stdio: "ignore" });
    atEnd(async () => {
      execFileSync("userdel", ["-f", ACCOUNT], { stdio: "ignore" });
    });

    // The command where the account may run it: what npm laid out is for its owner's eyes alone.
    await copyFile(process.execPath, join(folder, "node"));
    cpSync(dirname(LATCHKEY), join(folder, "dist"), { recursive: true });
    await writeFile(join(folder, "package.json"), `{ "type": "module" }`);
    await mkdir(join(folder, "run"));
    execFileSync("chgrp", [ACCOUNT, join(folder, "run")]);
    await chmod(join(folder, "run"), 0o2750);
    socket = join(folder, "run", "ssh.sock");
    operator = await seatOf({ LATCHKEY_SSH_SOCKET: socket }, atEnd);
    server = await startServer(operator.env, { atEnd });
    port = await startSshd();
  });
  afterAll(async () => {
    await undo.disposeAsync();
  });

  async function startSshd(): Promise<number> {
    const chosen = await freePort();
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "host_key")]);
    const latchkey = `${folder}/node ${folder}/dist/latchkey.js`;
    await writeFile(
      join(folder, "sshd_config"),
      `Port ${chosen}
ListenAddress 127.0.0.1
HostKey ${folder}/host_key
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AuthorizedKeysFile none
AuthorizedKeysCommand ${latchkey} ssh-authorized-keys --socket ${socket} %f
AuthorizedKeysCommandUser ${ACCOUNT}
ExposeAuthInfo yes
ForceCommand ${latchkey} ssh-session --socket ${socket}
DisableForwarding yes
`,
    );
    await mkdir("/run/sshd", { recursive: true });
    const sshd = spawn(SSHD, ["-D", "-e", "-f", join(folder, "sshd_config")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(sshd, "close");
    atEnd(async () => {
      sshd.kill();
      await ended;
    });
    let said = "";
    sshd.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until(() => said.includes("Server listening"));
    return chosen;
  }

  let people = 0;
  async function colleague(): Promise<
    CommandRunner & { readonly user: User; readonly key: KeyPair }
  > {
    const email = `person-${(people += 1)}@example.com`;
    const add = ["users", "add", "--email", email, "--role", "member"];
    const user = await operator.json<User>(add, `a password for ${email}`);
    const key = await makeKeyPair();
    await operator.json(["ssh-keys", "add", `${key.file}.pub`, "--user", email]);
    const hostKey = (await readFile(join(folder, "host_key.pub"), "utf8")).trim();
    return { ...(await seatOverSsh({ port, hostKey }, key, { account: ACCOUNT })), user, key };
  }

  test("each person is who their key says, in the terminal and by command, under one account", async () => {
    const [ada, bob] = [await colleague(), await colleague()];
    expect((await ada.json<User>(["whoami"])).email).toBe(ada.user.email);
    expect((await bob.json<User>(["whoami"])).email).toBe(bob.user.email);
    const observer = `Signed in as ${ada.user.email}`;
    expect((await ada.run(["whoami"])).stderr).toContain(observer);
    expect((await ada.run(["whoami", "--json"])).stderr).toBe("");
    const shown = ada.terminal();
    await shown.shows("No secret API keys yet.");
    expect(shown.written().split("\x1b[?1049h")[0]).toContain(observer);
    const token = await createOnScreen(shown, "Hers");
    await shown.shows("Latchkey › Secret API keys › Hers");
    expect(await bob.keys()).toMatchObject({ items: [] });
    expect(await bob.verdict(token)).toBe("VALID");
    expect((await ada.run(["keys", "lst"])).code).toBe(2);
    expect((await ada.run(["serve"])).code).toBe(2);
    const { items } = await operator.events("--actor", ada.user.email, "--type", "key.created");
    expect(items[0]?.actor).toMatchObject({ kind: "session", via: "ssh", address: "127.0.0.1" });

    // Ended by her key's removal, in good order.
    const { items: keys } = await operator.json<{ items: { fingerprint: string }[] }>([
      "ssh-keys",
      "list",
      "--user",
      ada.user.email,
    ]);
    await operator.json(["ssh-keys", "remove", keys[0]?.fingerprint ?? ""]);
    expect(await shown.ended()).toBe(4);
    expect(shown.screen()).toContain("Your session was ended.");
    expect((await ada.run(["whoami"])).code).toBe(255);
    expect((await bob.run(["whoami"])).code).toBe(0);
  });

  test("the account itself is nobody: no operator, and nobody's session without sshd's word", async () => {
    const asAccount = (...words: string[]) =>
      run(
        "su",
        [
          "-s",
          "/bin/sh",
          ACCOUNT,
          "-c",
          [`${folder}/node`, `${folder}/dist/latchkey.js`, ...words].join(" "),
        ],
        {
          env: {},
        },
      );
    const dataDir = join(operator.env["XDG_DATA_HOME"] ?? "", "latchkey");
    const byFolder = await asAccount("whoami", "--data-dir", dataDir);
    expect([byFolder.code, byFolder.stdout]).toEqual([3, ""]);
    const unproven = await asAccount("ssh-session", "--socket", socket);
    expect([unproven.code, unproven.stdout]).toEqual([2, ""]);
    const direct = spawnSync(
      "su",
      ["-s", "/bin/sh", ACCOUNT, "-c", `${folder}/node -e '${ASK}' ${socket}`],
      { encoding: "utf8" },
    );
    expect(direct.stdout).toBe("401");
  });

  test("an SSH agent's word, a file of one's own and settings of the client change nothing", async () => {
    const cleo = await colleague();
    const other = await colleague();
    const forged = [
      "-o",
      `SetEnv=SSH_USER_AUTH=${other.key.file}.pub LATCHKEY_SSH_SOCKET=/nowhere`,
    ];
    const hostKey = (await readFile(join(folder, "host_key.pub"), "utf8")).trim();
    const commandRunner = await seatOverSsh({ port, hostKey }, cleo.key, {
      account: ACCOUNT,
      options: forged,
    });
    expect((await commandRunner.json<User>(["whoami"])).email).toBe(cleo.user.email);
    expect(server.written()).not.toContain("defect");
  });
});

/** A call on the socket, without a session. */
const ASK = `require("node:http").request({ socketPath: process.argv[1], path: "/trpc/keys.list", method: "POST" }, ({ statusCode }) => process.stdout.write(String(statusCode))).end("{}")`;
