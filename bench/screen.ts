import { type IPty, spawn } from "@lydell/node-pty";
import { environment } from "@latchkey/testing/command/environment";
import { LATCHKEY } from "@latchkey/testing/command/command";

const PATIENCE_MS = 60_000;
const QUIET_MS = 120;

/** The built terminal in a real pseudo-terminal. */
export type Screen = {
  /** Milliseconds from the start of its process, as they pass. */
  readonly sinceStart: () => number;
  /** All that it wrote so far. */
  readonly written: () => string;
  readonly type: (keys: string) => void;
  /** Waits until what was written after `from` holds this; gives the milliseconds since the start. */
  readonly writes: (text: string | RegExp, from?: number) => Promise<number>;
  /** Until nothing was written for a moment. */
  readonly isQuiet: () => Promise<void>;
  /** When the first byte came. */
  readonly firstByte: () => number;
  readonly quit: () => Promise<void>;
};

export type ScreenOptions = {
  readonly env: Readonly<Record<string, string>>;
  /** Node by default. */
  readonly file?: string;
  /** Its arguments; those that make the terminal by default. */
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
};

export function openScreen({
  env,
  file = process.execPath,
  args = [LATCHKEY],
  columns = 120,
  rows = 40,
}: ScreenOptions): Screen {
  const started = performance.now();
  const sinceStart = () => performance.now() - started;
  const pty: IPty = spawn(file, [...args], {
    name: "xterm-256color",
    cols: columns,
    rows,
    env: environment(env),
  });
  let written = "";
  let firstByte = Number.NaN;
  let isOver = false;
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const watcher of watchers) watcher();
  };
  pty.onData((data) => {
    if (written === "") firstByte = sinceStart();
    written += data;
    tell();
  });
  const exited = new Promise<void>((done) => {
    pty.onExit(() => {
      isOver = true;
      tell();
      done();
    });
  });
  const holds = (text: string | RegExp, from: number) =>
    typeof text === "string" ? written.indexOf(text, from) >= 0 : text.test(written.slice(from));

  return {
    sinceStart,
    written: () => written,
    type: (keys) => pty.write(keys),
    writes: (text, from = 0) =>
      new Promise((came, failed) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          watchers.delete(watcher);
          act();
        };
        const watcher = () => {
          const at = sinceStart();
          if (holds(text, from)) settle(() => came(at));
          else if (isOver) settle(() => failed(new Error(`it ended before ${text}:\n${written}`)));
        };
        const timer = setTimeout(
          () => settle(() => failed(new Error(`no ${text} within ${PATIENCE_MS} ms`))),
          PATIENCE_MS,
        );
        watchers.add(watcher);
        watcher();
      }),
    isQuiet: () =>
      new Promise((quiet) => {
        const timer = setTimeout(() => {
          watchers.delete(again);
          quiet();
        }, QUIET_MS);
        const again = () => timer.refresh();
        watchers.add(again);
      }),
    firstByte: () => firstByte,
    quit: async () => {
      pty.kill("SIGTERM");
      await exited;
    },
  };
}

/** What Node itself needs in such a terminal to start and end. */
export async function bareNode(): Promise<number> {
  const screen = openScreen({ env: {}, args: ["-e", "process.stdout.write('up')"] });
  const at = await screen.writes("up");
  await screen.quit().catch(() => {});
  return at;
}
