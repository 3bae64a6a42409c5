import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";
import { type IPty, spawn } from "@lydell/node-pty";
import { onTestFinished } from "vitest";
import { environment } from "../command/environment.ts";

// A program in a real pseudo-terminal, with an emulator that shows what a person would see.

const PATIENCE_MS = 30_000;

export type Terminal = {
  /** The screen's rows, without trailing spaces. */
  readonly rows: () => string[];
  readonly screen: () => string;
  /** The same as the emulator's own cells: of a wide character the second one is empty. */
  readonly cells: () => string[][];
  /** Everything that was written, escape sequences included. */
  readonly written: () => string;
  /** Whether it shows the screen that full-screen programs have, and leave again. */
  readonly isOnOtherScreen: () => boolean;
  readonly isCursorShown: () => boolean;
  readonly type: (keys: string) => void;
  /** Waits until the screen shows this. Fails with the screen as it is then. */
  readonly shows: (what: string | RegExp, withinMs?: number) => Promise<void>;
  readonly hides: (what: string | RegExp) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  readonly kill: (signal: string) => void;
  /** The exit code, once the program has ended. */
  readonly ended: () => Promise<number>;
};

const FRAME_BEGINS = "\u001B[?2026h";
const FRAME_ENDS = "\u001B[?2026l";

/**
 * What a terminal shows of this, and what it holds back: a frame between the marks of synchronized output
 * is shown once it is whole. The emulator knows nothing of these marks, and a frame may come in pieces.
 */
export function wholeFrames(text: string): [whole: string, rest: string] {
  const lastEnd = text.lastIndexOf(FRAME_ENDS);
  const begins = text.indexOf(FRAME_BEGINS, lastEnd + 1);
  if (begins >= 0) return [text.slice(0, begins), text.slice(begins)];
  // The mark itself may come in pieces too.
  const escape = text.lastIndexOf("\u001B");
  const isBegun = escape >= 0 && FRAME_BEGINS.startsWith(text.slice(escape));
  return isBegun ? [text.slice(0, escape), text.slice(escape)] : [text, ""];
}

export function openTerminal(
  file: string,
  args: readonly string[],
  options: {
    readonly env: Record<string, string>;
    readonly columns?: number;
    readonly rows?: number;
    readonly cwd?: string;
  },
): Terminal {
  const { columns: cols = 100, rows: height = 30 } = options;
  const env = environment(options.env);
  const pty: IPty = spawn(file, [...args], {
    name: "xterm-256color",
    cols,
    rows: height,
    env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const emulator = new xterm.Terminal({
    cols,
    rows: height,
    allowProposedApi: true,
    scrollback: 1000,
  });
  emulator.loadAddon(new UnicodeGraphemesAddon());
  let written = "";
  /** The beginning of a frame whose end has not come. */
  let begun = "";
  let exitCode: number | null = null;
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  pty.onData((data) => {
    written += data;
    const [whole, rest] = wholeFrames(begun + data);
    begun = rest;
    if (whole !== "") emulator.write(whole, notify);
  });
  pty.onExit((exit) => {
    exitCode = exit.exitCode;
    emulator.write(begun, notify);
    notify();
  });
  onTestFinished(async () => {
    if (exitCode === null) {
      pty.kill("SIGKILL");
      await until(() => exitCode !== null, "the program to end");
    }
    emulator.dispose();
  });

  const lines = () => {
    const { active } = emulator.buffer;
    return Array.from({ length: emulator.rows }, (_, row) => active.getLine(active.baseY + row));
  };
  const rows = () => lines().map((line) => (line?.translateToString(true) ?? "").trimEnd());
  const cells = () =>
    lines().map((line) =>
      Array.from({ length: emulator.cols }, (_, column) => line?.getCell(column)?.getChars() ?? ""),
    );
  const screen = () => rows().join("\n");
  const matches = (what: string | RegExp) =>
    typeof what === "string" ? screen().includes(what) : what.test(screen());

  const until = (holds: () => boolean, what: string, withinMs = PATIENCE_MS): Promise<void> => {
    if (holds()) return Promise.resolve();
    return new Promise((held, failed) => {
      const watcher = () => {
        if (!holds()) return;
        clearTimeout(timer);
        watchers.delete(watcher);
        held();
      };
      const timer = setTimeout(() => {
        watchers.delete(watcher);
        failed(new Error(`waited in vain for ${what}; the screen:\n${screen()}`));
      }, withinMs);
      watchers.add(watcher);
    });
  };

  return {
    rows,
    screen,
    cells,
    written: () => written,
    isOnOtherScreen: () => emulator.buffer.active.type === "alternate",
    isCursorShown: () => written.lastIndexOf("\u001B[?25h") >= written.lastIndexOf("\u001B[?25l"),
    type: (keys) => pty.write(keys),
    shows: (what, withinMs) => until(() => matches(what), `${what} to show`, withinMs),
    hides: (what) => until(() => !matches(what), `${what} to go`),
    resize: (columns, rowCount) => {
      pty.resize(columns, rowCount);
      emulator.resize(columns, rowCount);
    },
    kill: (signal) => pty.kill(signal),
    ended: async () => {
      await until(() => exitCode !== null, "the program to end");
      // What it wrote last may still wait to be drawn.
      await new Promise<void>((drawn) => emulator.write("", drawn));
      return exitCode as number;
    },
  };
}
