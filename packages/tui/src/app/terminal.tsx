import chalk from "chalk";
import { render } from "ink";
import { themeFor } from "../theme/theme.ts";
import type { Effect } from "./action.ts";
import type { TerminalOptions } from "./connection.ts";
import { createEffects, type Effects } from "./effects.ts";
import { Root } from "./root.tsx";
import { firstState } from "./state.ts";
import { createStore } from "./store.ts";
import { createSuspend } from "./suspend.ts";

/** Ink enters the other screen too, but draws from wherever the cursor stands. */
const BLANK_SCREEN = "\u001B[?1049h\u001B[2J\u001B[H";
const BEAT_MILLISECONDS = 2_000;
/** Of Ink's own judging of the terminal: whatever the theme says is written as it is. */
const ALL_COLORS = 3;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs the terminal application until it is left, and gives the exit code. It paints before it
 * connects, and closes the connection on every way out.
 */
export async function runTerminal(options: TerminalOptions): Promise<number> {
  const { stdin, stdout, env, now = () => new Date() } = options;
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  let exitCode = 0;
  let effects: Effects | null = null;
  const store = createStore(
    firstState(now(), size()),
    (effect: Effect) => effects?.run(effect),
    now,
  );

  // Before Ink's own listener, so that Ink lays out what already has the new size.
  const resized = () => store.dispatch({ type: "resized", ...size() });
  stdout.on("resize", resized);

  chalk.level = ALL_COLORS;
  stdout.write(BLANK_SCREEN);
  const suspend = createSuspend(stdin);
  const app = render(<Root store={store} theme={themeFor(env)} onReady={suspend.ready} />, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    exitOnCtrlC: false,
    interactive: true,
    kittyKeyboard: { mode: "auto", flags: ["disambiguateEscapeCodes"] },
  });
  const quit = (code: number) => {
    exitCode = code;
    app.unmount();
  };
  effects = createEffects({ ...options, dispatch: store.dispatch, suspend: suspend.now, quit });

  const hungUp = () => quit(SIGNALS.SIGHUP);
  stdin.once("end", hungUp);
  stdout.on("error", hungUp);
  const removeSignals = stdin === process.stdin ? onSignals(quit) : () => {};
  const beat = setInterval(() => store.dispatch({ type: "beat" }), BEAT_MILLISECONDS);

  try {
    effects.run({ type: "connect" });
    await app.waitUntilExit();
  } finally {
    clearInterval(beat);
    stdout.off("resize", resized);
    stdin.off("end", hungUp);
    await effects.close();
    removeSignals();
    stdout.off("error", hungUp);
  }
  return exitCode;
}

/** A signal leaves in good order: the screen is restored, the connection closed. */
function onSignals(quit: (exitCode: number) => void): () => void {
  const names = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  const handlers = names.map((name) => [name, () => quit(SIGNALS[name])] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
