import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import graphemes from "@xterm/addon-unicode-graphemes";
import xterm from "@xterm/headless";

// A terminal in memory: what is written to its stdout can be read as cells, and typed into its stdin.

const DEADLINE_MILLISECONDS = 8_000;

export type Cell = {
  readonly text: string;
  readonly width: number;
  /** `#rrggbb`, a palette index, or `null` for the terminal's own. */
  readonly foreground: string | number | null;
  readonly background: string | number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
};

export type VirtualTerminal = {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly columns: number;
  readonly rows: number;
  /** Everything that was ever written to it. */
  written(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** The screen as text, a string a row, without spaces at the end. */
  lines(): string[];
  cells(row: number): Cell[];
  /** Resolves with the lines once they hold; rejects with the screen after a while. */
  until(what: string, holds: (lines: string[]) => boolean): Promise<string[]>;
};

export function createVirtualTerminal(columns: number, rows: number): VirtualTerminal {
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
    scrollback: 0,
  });
  terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = "15-graphemes";

  const written: string[] = [];
  const watchers = new Set<() => void>();
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    writable: true,
    write(chunk: string | Uint8Array, ...rest: unknown[]): boolean {
      written.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
      const done = rest.find((argument) => typeof argument === "function") as
        | (() => void)
        | undefined;
      terminal.write(chunk, () => {
        done?.();
        for (const watcher of watchers) watcher();
      });
      return true;
    },
  });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });

  const bufferLine = (row: number) => terminal.buffer.active.getLine(row);
  const lines = (): string[] =>
    Array.from({ length: terminal.rows }, (_, row) =>
      (bufferLine(row)?.translateToString(true, 0, terminal.cols) ?? "").trimEnd(),
    );

  return {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    written: () => written.join(""),
    type: (text) => void stdin.write(text),
    resize(nextColumns, nextRows) {
      terminal.resize(nextColumns, nextRows);
      stdout.columns = nextColumns;
      stdout.rows = nextRows;
      stdout.emit("resize");
    },
    lines,
    cells: (row) =>
      Array.from({ length: terminal.cols }, (_, column): Cell => {
        const cell = bufferLine(row)?.getCell(column);
        return {
          text: cell?.getChars() ?? "",
          width: cell?.getWidth() ?? 1,
          foreground: cell === undefined || cell.isFgDefault() ? null : color(cell, "Fg"),
          background: cell === undefined || cell.isBgDefault() ? null : color(cell, "Bg"),
          bold: (cell?.isBold() ?? 0) !== 0,
          dim: (cell?.isDim() ?? 0) !== 0,
          inverse: (cell?.isInverse() ?? 0) !== 0,
        };
      }),
    until(what, holds) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const now = lines();
          if (!holds(now)) return;
          stop();
          resolve(now);
        };
        const deadline = setTimeout(() => {
          stop();
          reject(new Error(`Never came: ${what}\n${frame(lines())}`));
        }, DEADLINE_MILLISECONDS);
        const stop = (): void => {
          clearTimeout(deadline);
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      });
    },
  };
}

/** A terminal that shows just this frame. */
export async function drawn(
  frame: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): Promise<VirtualTerminal> {
  const terminal = createVirtualTerminal(columns, rows);
  await new Promise<void>((done) => terminal.stdout.write(frame, () => done()));
  return terminal;
}

type XtermCell = NonNullable<
  ReturnType<
    NonNullable<
      ReturnType<InstanceType<typeof xterm.Terminal>["buffer"]["active"]["getLine"]>
    >["getCell"]
  >
>;

function color(cell: XtermCell, fixture: "Fg" | "Bg"): string | number {
  const value = fixture === "Fg" ? cell.getFgColor() : cell.getBgColor();
  const direct = fixture === "Fg" ? cell.isFgRGB() : cell.isBgRGB();
  return direct ? `#${value.toString(16).padStart(6, "0")}` : value;
}

function frame(lines: readonly string[]): string {
  return lines.map((line) => `│${line}`).join("\n");
}
