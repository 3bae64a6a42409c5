import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { environment } from "@latchkey/testing/command/environment";
import type { Fixture } from "../fixture.ts";

export type ServerProcess = { readonly url: string; readonly port: number };

/** Runs a file beside this one until the group ends. */
function startChild(
  { atEnd }: Fixture,
  file: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: environment(env),
    execArgv: process.execArgv,
  });
  const exited = once(child, "exit");
  atEnd(async () => {
    child.kill();
    await exited;
  });
  return child;
}

/** Starts one of the servers beside this file; it tells its address when it listens. */
export async function startServer(
  fixture: Fixture,
  file: "noop-server.ts" | "latchkey-server.ts",
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = startChild(fixture, file, env);
  const ended = once(child, "exit").then(() => {
    throw new Error(`${file} ended before it listened`);
  });
  const [url] = (await Promise.race([once(child, "message"), ended])) as [string];
  return { url, port: Number(new URL(url).port) };
}
