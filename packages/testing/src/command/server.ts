import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { LATCHKEY } from "./command.ts";
import { environment } from "./environment.ts";
import type { AtEnd } from "../temporary-folder.ts";

/** A `latchkey serve` in a process of its own. */
export type RunningServer = {
  readonly url: string;
  readonly pid: number;
  /** Everything it wrote, on standard output and standard error. */
  readonly written: () => string;
  /** The lines of its log, in order. */
  readonly log: () => Record<string, unknown>[];
  readonly signal: (name: NodeJS.Signals) => void;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it in good order, and gives its exit code. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
};

/** Starts it on a free port, or on the given one, and waits until it listens. */
export async function startServer(
  env: Readonly<Record<string, string>>,
  {
    port = 0,
    args = [],
    nodeArgs = [],
    atEnd = onTestFinished,
  }: {
    readonly port?: number;
    readonly args?: readonly string[];
    readonly nodeArgs?: readonly string[];
    readonly atEnd?: AtEnd;
  } = {},
): Promise<RunningServer> {
  const child = spawn(process.execPath, [...nodeArgs, LATCHKEY, "serve", ...args], {
    // Several run at once, which can't share the default address of the metrics.
    env: environment({ LATCHKEY_METRICS_ADDRESS: "off", LATCHKEY_PORT: String(port), ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  const ended = once(child, "close").then(
    ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
  );
  atEnd(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const url = await new Promise<string>((listens, failed) => {
    const receive = (chunk: Buffer) => {
      written += chunk.toString();
      const found = /Latchkey listens on (\S+)|"url":"([^"]+)"/.exec(written);
      if (found !== null) listens((found[1] ?? found[2]) as string);
    };
    child.stdout.on("data", receive);
    child.stderr.on("data", receive);
    void ended.then(() => failed(new Error(`the server ended: ${written}`)));
  });
  return {
    url,
    pid: child.pid as number,
    written: () => written,
    log: () =>
      written
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    signal: (name) => child.kill(name),
    ended,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
