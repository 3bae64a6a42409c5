import type { Connection } from "./app/connection.ts";
import type { Place } from "./installation/connect.ts";

const ENTER_SCREEN = "\x1b[?1049h\x1b[2J\x1b[H";
const LEAVE_SCREEN = "\x1b[?1049l";

/**
 * The terminal UI on this process's terminal. Something stands on the screen before Ink, React and the
 * database are loaded, which takes a while on a slow machine.
 *
 * @returns the exit code
 */
export async function openOnScreen(options: Place): Promise<number> {
  const { stdin, stdout, env } = process;
  stdout.write(`${ENTER_SCREEN}\n Latchkey\n\n   Opening…`);
  try {
    const connectOnce = async () => {
      const installation = await import("./installation/connect.ts");
      return installation.connect(env, options);
    };
    // The database's WebAssembly compiles on other threads while this one loads Ink.
    let started: Promise<Connection> | null = connectOnce();
    started.catch(() => {});
    const connect = () => {
      const connecting = started ?? connectOnce();
      started = null;
      return connecting;
    };
    const { runTerminal } = await import("./app/terminal.tsx");
    return await runTerminal({ connect, stdin, stdout, env });
  } catch (error) {
    stdout.write(LEAVE_SCREEN);
    throw error;
  }
}
