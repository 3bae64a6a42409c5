import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { environment } from "../tests/support/environment.ts";
import type { Fixture } from "./fixture.ts";

// The built `latchkey` in processes of its own.

export const LATCHKEY = fileURLToPath(new URL("../packages/tui/dist/latchkey.js", import.meta.url));

/** Runs a command to its end. Throws where it fails. */
export async function runLatchkey(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin = "",
): Promise<string> {
  const child = spawn(process.execPath, [LATCHKEY, ...args], { env: environment(env) });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`latchkey ${args.join(" ")} ended with ${code}: ${said}`);
  return said;
}

/** `latchkey serve` on a free port, until the group ends. Gives its URL. */
export async function serveLatchkey(
  fixture: Fixture,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  return (await startServing(fixture, env)).url;
}

/** The same with its process, and what it says. */
export async function startServing(
  { atEnd }: Fixture,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
): Promise<{ readonly url: string; readonly pid: number; readonly said: () => string }> {
  const child = spawn(process.execPath, [...nodeArgs, LATCHKEY, "serve", ...args], {
    env: environment({ LATCHKEY_METRICS_ADDRESS: "off", ...env, LATCHKEY_PORT: "0" }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = once(child, "close");
  atEnd(async () => {
    child.kill("SIGTERM");
    await closed;
  });
  let said = "";
  const url = await new Promise<string>((listens, failed) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /Latchkey listens on (\S+)/.exec(said)?.[1];
      if (found !== undefined) listens(found);
    });
    void closed.then(() => failed(new Error(`latchkey serve ended: ${said}`)));
  });
  return { url, pid: child.pid as number, said: () => said };
}
