import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

// Programs of a few lines, in a process of their own that runs our sources.

const SERVER_FOLDER = fileURLToPath(new URL("..", import.meta.url));

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
export function runChild(
  program: string,
  options: { env?: Record<string, string>; limitMs?: number } = {},
): Child {
  const { env = {}, limitMs = 30_000 } = options;
  const source = program.replaceAll('"../src/', `"${SERVER_FOLDER}src/`);
  const child = spawn(
    process.execPath,
    ["--conditions=@latchkey/source", "--input-type=module-typescript", "--eval", source],
    {
      cwd: SERVER_FOLDER,
      env: { ...process.env, NODE_OPTIONS: "", ...env },
      timeout: limitMs,
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
