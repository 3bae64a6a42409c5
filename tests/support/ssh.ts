import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "@latchkey/testing/until";
import { run } from "@latchkey/testing/command/command";
import { type CommandRunner, commandRunnerBy } from "@latchkey/testing/command/command-runner";
import type { RunningServer } from "@latchkey/testing/command/server";
import { type AtEnd, temporaryFolder } from "@latchkey/testing/temporary-folder";
import { openTerminal } from "@latchkey/testing/terminal/pseudo-terminal";

// People who come by SSH, with the real OpenSSH client and nothing of Latchkey's on their machine.

const exec = promisify(execFile);

/** Whether there is an OpenSSH client; where there is none its tests are skipped, and say so. */
export const hasSsh = spawnSync("ssh", ["-V"]).status === 0;

/** Where an SSH server is, and the key that it shows. */
export type SshAddress = { readonly port: number; readonly hostKey: string };

/** Of a server that was started with `--ssh`. */
export async function sshAddress(server: RunningServer, dataHome: string): Promise<SshAddress> {
  const port = await until(() => /SSH: ssh -p (\d+)/.exec(server.written())?.[1] ?? false);
  const file = join(dataHome, "latchkey", "ssh_host_ed25519_key");
  const { stdout } = await exec("ssh-keygen", ["-y", "-f", file]);
  return { port: Number(port), hostKey: stdout.trim() };
}

/** A key pair of somebody's own, without a passphrase. */
export type KeyPair = { readonly file: string; readonly publicKey: string };

export async function makeKeyPair(
  kind: readonly string[] = ["-t", "ed25519"],
  atEnd?: AtEnd,
): Promise<KeyPair> {
  const file = join(await temporaryFolder(atEnd), "id");
  await exec("ssh-keygen", ["-q", ...kind, "-N", "", "-C", "test@example.com", "-f", file]);
  return { file, publicKey: (await readFile(`${file}.pub`, "utf8")).trim() };
}

/** An SSH agent that holds these keys, in this order. Gives its socket. */
export async function agentWith(
  keys: readonly KeyPair[],
  atEnd: (step: () => Promise<void>) => void,
): Promise<string> {
  const socket = join(await temporaryFolder(), "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  atEnd(async () => void agent.kill());
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  await until(() => existsSync(socket));
  for (const { file } of keys) await exec("ssh-add", ["-q", file], { env });
  return socket;
}

type SshOptions = {
  /** The name to come by. */
  readonly account?: string;
  /** Of the client's own. */
  readonly options?: readonly string[];
};

/** Somebody with this key, at a machine with an SSH client. */
export async function seatOverSsh(
  { port, hostKey }: SshAddress,
  { file }: KeyPair,
  { account = "somebody", options = [] }: SshOptions = {},
): Promise<CommandRunner> {
  const known = join(await temporaryFolder(), "known_hosts");
  await writeFile(known, `[127.0.0.1]:${port} ${hostKey}\n`);
  const settings = {
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: known,
    PreferredAuthentications: "publickey",
    LogLevel: "ERROR",
  };
  // Of several values of one setting the first counts.
  const args = ["-F", "none", "-p", String(port), "-i", file, ...options].concat(
    Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  );
  const host = `${account}@127.0.0.1`;
  return commandRunnerBy({
    env: {},
    run: (words, stdin) =>
      run("ssh", [...args, host, "--", ...words.map(quoted)], {
        env: {},
        ...(stdin === undefined ? {} : { stdin }),
      }),
    terminal: (size, env = {}) =>
      openTerminal("ssh", [...args, "-tt", "-e", "~", host], { env, ...size }),
  });
}

/** As a shell would take it for one word. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
