import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Programs of a few lines, in a process of their own that runs our sources.

const SERVER_FOLDER = fileURLToPath(new URL("..", import.meta.url));

/** Shorter than a test's own, so that what a stuck child wrote is shown. */
const LIMIT_MS = 200_000;

/** Where the children of a run find what the one before them has compiled. */
const COMPILE_CACHE = join(tmpdir(), "node-compile-cache");

export type Child = {
  readonly process: ChildProcess;
  /** What it wrote so far. */
  readonly output: () => string;
  /** Waits until its output holds this. */
  readonly says: (text: string) => Promise<void>;
  /** Waits for its end. */
  readonly ended: () => Promise<{ code: number | null; signal: string | null; output: string }>;
};

/** @param program the body of an ES module; `../src/…` imports are relative to the test folder */
export function runChild(program: string, options: { env?: Record<string, string> } = {}): Child {
  const source = program.replaceAll('"../src/', `"${SERVER_FOLDER}src/`);
  const child = spawn(
    process.execPath,
    ["--conditions=@latchkey/source", "--input-type=module-typescript", "--eval", source],
    {
      cwd: SERVER_FOLDER,
      env: { ...process.env, NODE_OPTIONS: "", NODE_COMPILE_CACHE: COMPILE_CACHE, ...options.env },
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    },
  );
  const closed = once(child, "close");
  let output = "";
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return {
    process: child,
    output: () => output,
    says: (text) =>
      new Promise((said, silent) => {
        const look = () => output.includes(text) && said();
        listeners.add(look);
        void closed.then(() => silent(new Error(`the child ended without saying it:\n${output}`)));
        look();
      }),
    ended: async () => {
      const [code, signal] = (await closed) as [number | null, string | null];
      return { code, signal, output };
    },
  };
}
