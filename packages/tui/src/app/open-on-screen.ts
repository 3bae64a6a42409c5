import { setTimeout as sleep } from "node:timers/promises";
import type { Opening } from "../connection/connection.ts";
import { keepDefects } from "../connection/keep-defects.ts";

const ENTER_SCREEN = "\x1b[?1049h\x1b[2J\x1b[H";
const LEAVE_SCREEN = "\x1b[?1049l";

/**
 * The terminal UI on this process's terminal. Something is on the screen before anything is loaded, and the server
 * is queried before Ink and React are loaded: they take longer than its answer.
 *
 * @returns the exit code
 */
export async function openOnScreen(opening: Opening): Promise<number> {
  const { stdin, stdout, env } = process;
  const defects = keepDefects(opening.connect);
  stdout.write(`${ENTER_SCREEN}\n Latchkey\n\n   Opening…`);
  // Input before Ink listens stays raw: otherwise Enter would arrive as a line feed.
  if (stdin.isTTY) stdin.setRawMode(true);
  try {
    const { openSession } = await import("./session.ts");
    const options = { ...opening, ...defects, stdin, stdout, env };
    const session = openSession(options);
    // In the first turns of the event loop it connects and the first requests are sent. Loading Ink then blocks
    // everything else.
    for (let turn = 0; turn < 3; turn += 1) await sleep(0);
    const { runTerminal } = await import("./terminal.tsx");
    // Answers that came meanwhile are in the first picture.
    await sleep(0);
    return await runTerminal(options, session);
  } catch (error) {
    if (stdin.isTTY) stdin.setRawMode(false);
    stdout.write(LEAVE_SCREEN);
    throw error;
  } finally {
    // The screen is the shell's again.
    for (const text of defects.unlogged()) process.stderr.write(`${text}\n`);
  }
}
