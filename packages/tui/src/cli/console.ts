/** What a command reads and writes. Answers go to `out`, everything said to a person to `err`. */
export type Console = {
  readonly stdin: NodeJS.ReadStream;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person can be asked: both ends are a terminal. */
  readonly interactive: boolean;
  readonly env: NodeJS.ProcessEnv;
};

export function processConsole(): Console {
  return {
    stdin: process.stdin,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    env: process.env,
  };
}
