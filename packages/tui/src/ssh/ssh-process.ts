import { enableCompileCache } from "node:module";
import { getPriority, setPriority } from "node:os";
import { CommandError } from "../connection/command-error.ts";
import { runProgram } from "../cli/program.ts";
import { sshGatewayAt } from "../connection/sshd-connection.ts";
import { endWithParent } from "./end-with-parent.ts";
import { readHostKey } from "./host-key.ts";
import {
  BEAT_MS,
  type FromProcess,
  type SshSettings,
  STOP_MS,
  type ToProcess,
} from "../cli/serve/ssh-messages.ts";
import { listenForSsh, type SshServer } from "./ssh-server.ts";

// The SSH server's process with all its terminals. `serve --ssh` starts and restarts it: checks do not depend on
// it. It has no database and no pepper, only the gateway's socket.

enableCompileCache();
// Checks come first: when the processor is short, the server gets three times as much.
setPriority(Math.min(getPriority() + 5, 19));

const report = (message: FromProcess, then?: () => void): void => {
  if (process.connected) process.send?.(message, () => then?.());
  else then?.();
};
// Structured cloning takes any Error, but not anything that can be thrown.
const defect = (error: unknown, then?: () => void): void =>
  report(
    { type: "defect", error: error instanceof Error ? error : new Error("not an Error") },
    then,
  );

let server: SshServer | undefined;
let stopping: Promise<void> | undefined;

async function listen({ socketPath, hostKeyFile, host, port }: SshSettings): Promise<void> {
  try {
    const { privateKey, fingerprint } = await readHostKey(hostKeyFile);
    const gateway = {
      ...sshGatewayAt(socketPath),
      refused: (...attempt: Extract<FromProcess, { type: "refused" }>["attempt"]) =>
        report({ type: "refused", attempt }),
      defect,
    };
    server = await listenForSsh({
      gateway,
      privateKey,
      host,
      port,
      runProgram,
      now: () => new Date(),
    });
    report({ type: "listens", port: server.port, hostKey: fingerprint });
  } catch (error) {
    const { code, message } =
      error instanceof CommandError ? error : cannotListen(error, host, port);
    report({ type: "refusal", code, message }, () => process.exit(1));
  }
}

function cannotListen(error: unknown, host: string, port: number): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  return new CommandError(
    "UNAVAILABLE",
    `SSH can't listen on port ${port} of ${host} (${code}). Choose another with LATCHKEY_SSH_PORT.`,
  );
}

/** In the same tick as the signal: Ink listens to it too, and would close screens without a message. */
function stop(): void {
  if (stopping !== undefined) return;
  setTimeout(() => process.exit(0), STOP_MS);
  stopping = server === undefined ? Promise.resolve() : server.close();
  void stopping.finally(() => process.exit(0));
}

process.on("message", (message: ToProcess) => {
  if (message.type === "stop") stop();
  else void listen(message.settings);
});
// A terminal's Ctrl-C is sent to every process, a service manager's SIGTERM as well.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
// The server is gone.
process.on("disconnect", stop);
endWithParent(STOP_MS + BEAT_MS);
process.on("uncaughtException", (error) => {
  defect(error, () => process.exit(1));
  // The server may be too busy to receive it.
  setTimeout(() => process.exit(1), BEAT_MS);
});
setInterval(() => report({ type: "beat" }), BEAT_MS);
