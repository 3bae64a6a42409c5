import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment } from "./environment.ts";

// The built `latchkey` command as a child process.

export const LATCHKEY = fileURLToPath(new URL("../../../tui/dist/latchkey.js", import.meta.url));

export type Ran = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

type Options = { readonly env: Readonly<Record<string, string>>; readonly stdin?: string | Buffer };

/** Runs `latchkey` with these arguments, gives it `stdin`, and waits for its end. */
export function latchkey(args: readonly string[], options: Options): Promise<Ran> {
  return run(process.execPath, [LATCHKEY, ...args], options);
}

/** The same of any program. */
export async function run(file: string, args: readonly string[], options: Options): Promise<Ran> {
  const child = spawn(file, [...args], { env: environment(options.env) });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A command that refuses its arguments ends without reading what it is given.
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  const code = await new Promise<number | null>((ended, failed) => {
    child.once("error", failed);
    child.once("close", ended);
  });
  return {
    code,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}
