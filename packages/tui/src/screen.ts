const ENTER_SCREEN = "\x1b[?1049h\x1b[2J\x1b[H";
const LEAVE_SCREEN = "\x1b[?1049l";

/**
 * The terminal UI on this process's terminal. Something stands on the screen before Ink, React and the
 * database are loaded, which takes a while on a slow machine.
 *
 * @returns the exit code
 */
export async function openOnScreen(options: { dataDir?: string }): Promise<number> {
  const { stdin, stdout, env } = process;
  stdout.write(`${ENTER_SCREEN}\n Latchkey\n\n   Opening…`);
  try {
    const { runTerminal } = await import("./app/terminal.tsx");
    const connect = async () => {
      const installation = await import("./installation/connect.ts");
      return installation.connect(env, options);
    };
    return await runTerminal({ connect, stdin, stdout, env });
  } catch (error) {
    stdout.write(LEAVE_SCREEN);
    throw error;
  }
}
