import { afterEach, expect } from "vitest";
import {
  createDemonstration,
  type Demonstration,
} from "@latchkey/testing/demonstration/demonstration";
import { DEMONSTRATION_NOW } from "@latchkey/testing/demonstration/examples";
import {
  createVirtualTerminal,
  type VirtualTerminal,
} from "@latchkey/testing/terminal/virtual-terminal";
import { runTerminal } from "../src/app/terminal.tsx";

// The whole application in a terminal in memory, ended after each test.

type OnScreen = {
  readonly terminal: VirtualTerminal;
  readonly exit: Promise<number>;
  readonly shows: (text: string) => Promise<string[]>;
  /** Types, once the screen shows a text. */
  readonly after: (seen: string, typed: string) => Promise<void>;
};

const running: OnScreen[] = [];

export function startOnScreen(
  columns: number,
  rows: number,
  demonstration: Demonstration = createDemonstration(),
): OnScreen {
  const terminal = createVirtualTerminal(columns, rows);
  const exit = runTerminal({
    connect: async () => demonstration.connection,
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    env: { TERM: "xterm-256color" },
    onDefect: (defect) => expect.unreachable(String(defect)),
    now: () => DEMONSTRATION_NOW,
  });
  const shows = (text: string) =>
    terminal.until(text, (lines) => lines.some((line) => line.includes(text)));
  const after = async (seen: string, typed: string): Promise<void> => {
    await shows(seen);
    terminal.type(typed);
  };
  const started = { terminal, exit, shows, after };
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const { terminal, exit } of running.splice(0)) {
    terminal.type("\u0003\u0003");
    await exit;
  }
});

export const lineWith = (lines: readonly string[], text: string): string =>
  lines.find((line) => line.includes(text)) ?? "";

/** Where a text begins, counted in cells. */
export function columnOf(terminal: VirtualTerminal, row: number, text: string): number {
  const cells = terminal.cells(row);
  return cells.findIndex((_, column) =>
    cells
      .slice(column)
      .map((cell) => cell.text || (cell.width === 0 ? "" : " "))
      .join("")
      .startsWith(text),
  );
}
