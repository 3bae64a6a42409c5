import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { environment, LATCHKEY } from "./command.ts";

/** A `latchkey serve` of this test's own, in a process of its own. */
export type RunningServer = {
  readonly url: string;
  readonly log: () => string;
  /** Ends it by a signal, and gives its exit code. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
};

/** Starts it on a free port, or on the given one, and waits until it listens. */
export async function startServer(env: Record<string, string>, port = 0): Promise<RunningServer> {
  const child = spawn(process.execPath, [LATCHKEY, "serve"], {
    env: environment({ ...env, LATCHKEY_PORT: String(port) }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  const closed = once(child, "close");
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) await stop("SIGKILL");
  });
  const url = await new Promise<string>((listens, failed) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const found = /Latchkey listens on (\S+)/.exec(log)?.[1];
      if (found !== undefined) listens(found);
    });
    void closed.then(() => failed(new Error(`the server ended: ${log}`)));
  });
  return { url, log: () => log, stop };
}
