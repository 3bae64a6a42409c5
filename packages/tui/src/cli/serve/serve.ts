import type { Command } from "commander";
import type { Serving } from "../../connection/on-this-machine.ts";
import type { SshProcess } from "./supervise-ssh.ts";
import type { Console } from "../console.ts";
import { command } from "../options.ts";
import { type CommonOptions, fail, print } from "../run-command.ts";

type ServeOptions = CommonOptions & { readonly ssh?: true };

/** latchkey serve: the HTTP server, until it is stopped. */
export function serveCommand(console: Console, exit: (code: number) => void): Command {
  return command("serve", "serve over HTTP (LATCHKEY_HOST, LATCHKEY_PORT)")
    .option("--ssh", "and the terminal over SSH (LATCHKEY_SSH_PORT)")
    .action(async (options: ServeOptions) => exit(await runServer(console, options)));
}

async function runServer(console: Console, options: ServeOptions): Promise<number> {
  try {
    const { serve } = await import("../../connection/on-this-machine.ts");
    await using running = new AsyncDisposableStack();
    let ssh: StartedSsh | null = null;
    const details = () => (ssh === null ? {} : { ssh: { hostKey: ssh.hostKey() } });
    const serving = await serve(console.env, options.dataDir, details);
    const { url, close } = serving.server;
    running.defer(close);
    ssh = options.ssh === true ? await startSsh(serving, running) : null;
    const code = await print(console, options, {
      json: ssh === null ? { url } : { url, ssh: { port: ssh.port, hostKey: ssh.hostKey() } },
      text: "",
      aside: [`Latchkey listens on ${url}`, ...(ssh === null ? [] : [sshLine(ssh)])].join("\n"),
    });
    if (code === 0) await untilStopped();
    return code;
  } catch (error) {
    return await fail(console, options, error);
  }
}

type StartedSsh = SshProcess & { readonly host: string };

async function startSsh(
  { server, config, hostKeyFile }: Serving,
  running: AsyncDisposableStack,
): Promise<StartedSsh> {
  const { superviseSsh } = await import("./supervise-ssh.ts");
  const { host, sshPort: port } = config;
  const gateway = await server.openPrivateGateway();
  running.defer(gateway.close);
  const ssh = await superviseSsh({ gateway, hostKeyFile: hostKeyFile(), host, port });
  running.defer(ssh.close);
  return { ...ssh, host };
}

function sshLine({ host, port, hostKey }: StartedSsh): string {
  return `SSH: ssh -p ${port} ${host}; the host key is ${hostKey()}`;
}

/** A second signal ends it at once, with its default action. */
function untilStopped(): Promise<void> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  return new Promise((stop) => {
    let isStopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (isStopping) {
        for (const each of signals) process.removeAllListeners(each);
        process.kill(process.pid, signal);
        return;
      }
      isStopping = true;
      stop();
    };
    for (const signal of signals) process.on(signal, onSignal);
  });
}
