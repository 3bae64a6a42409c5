import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import type { Command } from "commander";
import { escape } from "../format/escape.ts";
import type { SshdConnection } from "../connection/sshd-connection.ts";
import { CommandError, usage } from "../connection/command-error.ts";
import type { Console } from "./console.ts";
import { command } from "./options.ts";
import { type CommonOptions, fail } from "./run-command.ts";

// What an sshd of this machine runs, instead of our own SSH server: docs/ssh.md.

type SshdOptions = CommonOptions & { readonly socket?: string };

const socket = ["--socket <file>", "the server's socket for sshd (LATCHKEY_SSH_SOCKET)"] as const;

/** latchkey ssh-authorized-keys: for AuthorizedKeysCommand. Prints nothing for an unregistered key. */
export function authorizedKeysCommand(console: Console, exit: (code: number) => void): Command {
  return command("ssh-authorized-keys", "for sshd's AuthorizedKeysCommand")
    .argument("<fingerprint>", "sshd's %f")
    .option(...socket)
    .action(async (fingerprint: string, options: SshdOptions) => {
      try {
        const { sshGatewayAt } = await import("../connection/sshd-connection.ts");
        const key = await sshGatewayAt(socketOf(console, options)).authorizedKey(fingerprint);
        if (key !== null) await console.out(`restrict,pty ${key}`);
        exit(0);
      } catch (error) {
        exit(await fail(console, options, error));
      }
    });
}

/** What a session runs once its user is known. */
export type Visitor = {
  readonly runProgram: (args: readonly string[], console: Console) => Promise<number>;
  readonly openTerminal: (connection: SshdConnection) => Promise<number>;
};

/** latchkey ssh-session: for ForceCommand. The terminal, or the command that was asked for. */
export function sshSessionCommand(
  console: Console,
  exit: (code: number) => void,
  visitor: Visitor,
): Command {
  return command("ssh-session", "for sshd's ForceCommand, with ExposeAuthInfo")
    .option(...socket)
    .action(async (options: SshdOptions) => exit(await runSession(console, options, visitor)));
}

async function runSession(
  console: Console,
  options: SshdOptions,
  { runProgram, openTerminal }: Visitor,
): Promise<number> {
  const line = console.env["SSH_ORIGINAL_COMMAND"] || undefined;
  // Quoted or not.
  const isJson = /(?:^|[\s'"])--json(?:$|[\s'"])/.test(line ?? "");
  const json = isJson ? ({ json: true } as const) : {};
  try {
    const { publicKey, address } = await arrivalOf(console.env);
    const { fingerprintIn, sshGatewayAt } = await import("../connection/sshd-connection.ts");
    const gateway = sshGatewayAt(socketOf(console, options));
    const fingerprint = fingerprintIn(publicKey);
    const connection = fingerprint === null ? null : await gateway.begin(fingerprint, address);
    if (connection === null) {
      throw new CommandError("UNAUTHENTICATED", "Your key lets nobody in any more.");
    }
    // Our own server shows this earlier, which sshd can't: not to programs, which can use whoami.
    if (!isJson) console.err(`Signed in as ${escape(connection.email)}`);
    try {
      const opened = () => leftWhenOver(console, connection, () => openTerminal(connection));
      if (line === undefined) return await opened();
      const { wordsOf } = await import("./command-line.ts");
      const visiting: Console = {
        ...console,
        isLocal: false,
        connect: async () => ({ ...connection, close: async () => {} }),
      };
      const words = wordsOf(line);
      const args = words[0] === "latchkey" ? words.slice(1) : words;
      if (args.length === 0) return await opened();
      return await leftWhenOver(console, connection, () => runProgram(args, visiting));
    } finally {
      await connection.close();
    }
  } catch (error) {
    return fail(console, json, error);
  }
}

/** The exit code. When the server ends the session, this ends too, in good order. */
async function leftWhenOver(
  console: Console,
  { over }: SshdConnection,
  run: () => Promise<number>,
): Promise<number> {
  let isOver = false;
  let isDone = false;
  void over.then(() => {
    if (isDone) return;
    isOver = true;
    // As if the connection had been lost: screens are restored.
    process.kill(process.pid, "SIGHUP");
  });
  try {
    const code = await run();
    if (!isOver) return code;
    console.err("Your session was ended. Connect again if you still may.");
    return 4;
  } finally {
    isDone = true;
  }
}

function socketOf({ env }: Console, options: SshdOptions): string {
  const path = options.socket ?? env["LATCHKEY_SSH_SOCKET"];
  if (path !== undefined && path !== "") return path;
  throw usage("Name the server's socket: --socket, or LATCHKEY_SSH_SOCKET.");
}

/**
 * The key that was used, from the file that sshd wrote (sshd_config(5), ExposeAuthInfo): never from this process's
 * account, nor from anything that the client may set.
 */
async function arrivalOf(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly publicKey: string; readonly address: string | null }> {
  const file = env["SSH_USER_AUTH"];
  const written = file === undefined ? "" : await readFile(file, "utf8").catch(() => "");
  const keys = [...written.matchAll(/^publickey (\S+ \S+)$/gm)].map(([, key]) => key ?? "");
  const [publicKey] = keys;
  if (publicKey === undefined || keys.length > 1) {
    throw usage("sshd runs this, with ExposeAuthInfo yes, for one public key: see docs/ssh.md.");
  }
  const [address = ""] = (env["SSH_CONNECTION"] ?? "").split(" ");
  return { publicKey, address: isIP(address) === 0 ? null : address };
}
