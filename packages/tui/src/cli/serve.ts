import type { Command } from "commander";
import type { Serving } from "../installation/on-this-machine.ts";
import type { SshServer } from "../ssh/ssh-server.ts";
import { CommandError } from "./command-error.ts";
import type { Console, RunProgram } from "./console.ts";
import { command } from "./options.ts";
import { type CommonOptions, fail, print } from "./run-command.ts";

type ServeOptions = CommonOptions & { readonly ssh?: true };

/** latchkey serve: the HTTP server, until it is told to stop. */
export function serveCommand(
  console: Console,
  exit: (code: number) => void,
  runProgram: RunProgram,
): Command {
  return command("serve", "serve over HTTP (LATCHKEY_HOST, LATCHKEY_PORT)")
    .option("--ssh", "and the terminal over SSH (LATCHKEY_SSH_PORT)")
    .action(async (options: ServeOptions) => exit(await runServer(console, options, runProgram)));
}

async function runServer(
  console: Console,
  options: ServeOptions,
  runProgram: RunProgram,
): Promise<number> {
  try {
    const { serve } = await import("../installation/on-this-machine.ts");
    let hostKey: string | null = null;
    const details = () => (hostKey === null ? {} : { ssh: { hostKey } });
    const serving = await serve(console.env, options.dataDir, details);
    const { server } = serving;
    try {
      const ssh = options.ssh === true ? await startSsh(serving, runProgram) : null;
      hostKey = ssh?.fingerprint ?? null;
      const { url } = server;
      print(console, options, {
        json: ssh === null ? { url } : { url, ssh: { port: ssh.port, hostKey } },
        text: "",
        aside: [`Latchkey listens on ${url}`, ...(ssh === null ? [] : [sshLine(ssh)])].join("\n"),
      });
      let sshClosed: Promise<void> | undefined;
      // In the very turn of the signal: Ink listens to it too, and would leave screens without a word.
      await toldToStop(() => {
        sshClosed = ssh?.close();
      });
      await sshClosed;
    } finally {
      await server.close();
    }
    return 0;
  } catch (error) {
    return fail(console, options, error);
  }
}

type StartedSsh = SshServer & { readonly host: string; readonly fingerprint: string };

async function startSsh(
  { server, config, hostKeyFile }: Serving,
  runProgram: RunProgram,
): Promise<StartedSsh> {
  const [{ readHostKey }, { listenForSsh }] = await Promise.all([
    import("../ssh/host-key.ts"),
    import("../ssh/ssh-server.ts"),
  ]);
  const { privateKey, fingerprint } = await readHostKey(hostKeyFile);
  const { host, sshPort: port } = config;
  const door = await server.openSsh();
  try {
    return {
      ...(await listenForSsh({ door, privateKey, host, port, runProgram })),
      host,
      fingerprint,
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "UNAVAILABLE",
      `SSH can't listen on port ${port} of ${host} (${code}). Choose another with LATCHKEY_SSH_PORT.`,
    );
  }
}

function sshLine({ host, port, fingerprint }: StartedSsh): string {
  return `SSH: ssh -p ${port} ${host}; the host key is ${fingerprint}`;
}

/** Told twice, it ends at once: the second signal does what signals do. */
function toldToStop(onTold: () => void): Promise<void> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return new Promise((stop) => {
    let isTold = false;
    const hear = (signal: NodeJS.Signals) => {
      if (isTold) {
        for (const each of signals) process.removeAllListeners(each);
        process.kill(process.pid, signal);
        return;
      }
      isTold = true;
      onTold();
      stop();
    };
    for (const signal of signals) process.on(signal, hear);
  });
}
