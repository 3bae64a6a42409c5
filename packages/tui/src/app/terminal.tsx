import chalk from "chalk";
import { render } from "ink";
import { marksFor } from "../theme/marks.ts";
import { themeFor } from "../theme/theme.ts";
import { boundedInput } from "../kit/bounded-input.ts";
import type { TerminalOptions } from "../connection/connection.ts";
import { inFewSteps } from "./few-steps.ts";
import { Root } from "./root.tsx";
import { openSession, type Session, sizeOf } from "./session.ts";
import { createSuspend } from "./suspend.ts";

/** Ink enters the alternate screen too, but draws from wherever the cursor is. */
const BLANK_SCREEN = "\u001B[?1049h\u001B[2J\u001B[H";
/** A request and its answer are two frames: the second one waits no longer than this. */
const FRAMES_A_SECOND = 60;
/** Often enough for `2 min ago`; it causes no requests. */
const TICK_MILLISECONDS = 2_000;
/** Disables Ink's own colour detection: what the theme says is written as it is. */
const ALL_COLORS = 3;
const PASTE_DROPPED = "More than 64 KiB were pasted: nothing of it was taken.";
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs the terminal application until it ends, and returns the exit code. The connection is closed in any case.
 *
 * @param session already under way, if it was opened before Ink was loaded
 */
export async function runTerminal(
  options: TerminalOptions,
  session: Session = openSession(options),
): Promise<number> {
  const { stdin, stdout, env } = options;
  const { store } = session;
  let exitCode = 0;

  // Before Ink's own listener, so that Ink lays out with the new size.
  const resized = () => store.dispatch({ type: "resized", ...sizeOf(stdout) });
  stdout.on("resize", resized);

  chalk.level = ALL_COLORS;
  stdout.write(BLANK_SCREEN);
  const suspend = createSuspend(stdin, options.suspends);
  const input = boundedInput(stdin, () =>
    store.dispatch({ type: "notified", notice: { tone: "error", text: PASTE_DROPPED } }),
  );
  const app = render(
    <Root
      store={store}
      theme={themeFor(env)}
      marks={marksFor(env)}
      onReady={suspend.ready}
      onDefect={options.onDefect}
    />,
    {
      stdin: input.stdin,
      stdout: inFewSteps(stdout),
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: FRAMES_A_SECOND,
      patchConsole: false,
      exitOnCtrlC: false,
      interactive: true,
      kittyKeyboard: { mode: "auto", flags: ["disambiguateEscapeCodes"] },
    },
  );
  const quit = (code: number) => {
    exitCode = code;
    app.unmount();
  };
  session.onScreen({ suspend: suspend.now, quit });

  const hungUp = () => quit(SIGNALS.SIGHUP);
  stdin.once("end", hungUp);
  stdout.on("error", hungUp);
  const removeSignals = stdin === process.stdin ? onSignals(quit) : () => {};
  const painted = setImmediate(() => store.dispatch({ type: "painted" }));
  const tick = setInterval(() => store.dispatch({ type: "ticked" }), TICK_MILLISECONDS);

  try {
    await app.waitUntilExit();
  } finally {
    clearImmediate(painted);
    clearInterval(tick);
    stdout.off("resize", resized);
    stdin.off("end", hungUp);
    input.close();
    await session.close();
    removeSignals();
    stdout.off("error", hungUp);
  }
  return exitCode;
}

/** A signal ends it in good order: the screen is restored, the connection closed. */
function onSignals(quit: (exitCode: number) => void): () => void {
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  const handlers = names.map((name) => [name, () => quit(SIGNALS[name])] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
