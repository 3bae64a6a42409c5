import { accessSync, constants } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import type { TerminalOptions } from "../connection/connection.ts";
import { clipboardSequence } from "./osc52.ts";

/** How a text was copied: by a program's name, or `null` if by the terminal. */
export type CopiedBy = string | null;

type Tool = readonly [name: string, ...args: string[]];

const PATIENCE_MILLISECONDS = 2_000;

/**
 * Copies to the clipboard. On the person's own computer by the system's program for it, which gets the text on
 * its standard input: other users can see arguments. Everywhere else, and if that program fails, by the
 * terminal.
 */
export function createClipboard({
  stdin,
  stdout,
  env,
}: Pick<TerminalOptions, "stdin" | "stdout" | "env">) {
  const isLocal = stdin === process.stdin && !env["SSH_CONNECTION"] && !env["SSH_TTY"];
  return async (text: string): Promise<CopiedBy> => {
    const tool = isLocal ? toolFor(process.platform, env) : null;
    if (tool !== null && (await handOver(tool, text, env))) return basename(tool[0]);
    stdout.write(clipboardSequence(text, env));
    return null;
  };
}

/** The first installed program for the desktop. Its name is an absolute path. */
export function toolFor(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Tool | null {
  for (const [name, ...args] of fitting(platform, env)) {
    const path = findInPath(name, env);
    if (path !== null) return [path, ...args];
  }
  return null;
}

function fitting(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly Tool[] {
  if (platform === "darwin") return [["pbcopy"]];
  const wayland: readonly Tool[] = env["WAYLAND_DISPLAY"] ? [["wl-copy"]] : [];
  const x11: readonly Tool[] = env["DISPLAY"]
    ? [
        ["xclip", "-selection", "clipboard"],
        ["xsel", "--clipboard", "--input"],
      ]
    : [];
  return [...wayland, ...x11];
}

/** Relative parts of PATH are ignored: a program in the working directory must get no token. */
function findInPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const isThere = (path: string): boolean => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return folders.map((folder) => join(folder, name)).find(isThere) ?? null;
}

async function handOver(
  [path, ...args]: Tool,
  text: string,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  const { spawn } = await import("node:child_process");
  return new Promise((done) => {
    const child = spawn(path, args, {
      env: withoutCredentials(env),
      // xclip stays alive to serve the clipboard: an open pipe to it would never end.
      stdio: ["pipe", "ignore", "ignore"],
      timeout: PATIENCE_MILLISECONDS,
    });
    child.once("error", () => done(false));
    child.once("exit", (code) => done(code === 0));
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  });
}

function withoutCredentials(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(LATCHKEY_|DATABASE_URL$)/.test(name));
  return Object.fromEntries(kept);
}
