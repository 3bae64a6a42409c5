import type { Effect } from "./message.ts";
import type { TerminalOptions } from "../connection/connection.ts";
import { createEffects, type Effects } from "./effects.ts";
import { firstState } from "./state.ts";
import { createStore, type Store } from "./store.ts";

/** What only a terminal with a picture can do. */
type OnScreen = {
  readonly suspend: () => void;
  readonly quit: (exitCode: number) => void;
};

/** The application without its picture. */
export type Session = {
  readonly store: Store;
  /** Called once there is a picture. Until then there are no keys, so nothing is missed. */
  readonly onScreen: (screen: OnScreen) => void;
  readonly close: () => Promise<void>;
};

/**
 * Starts the application: it connects, and requests what the first picture will show. What draws can be loaded
 * meanwhile.
 */
export function openSession(options: TerminalOptions): Session {
  const { stdout, onDefect, now = () => new Date() } = options;
  let screen: OnScreen | null = null;
  const store: Store = createStore(
    firstState(now(), sizeOf(stdout)),
    (effect: Effect) => effects.run(effect),
    now,
    onDefect,
  );
  const effects: Effects = createEffects({
    ...options,
    dispatch: store.dispatch,
    suspend: () => screen?.suspend(),
    quit: (exitCode) => screen?.quit(exitCode),
  });
  effects.run({ type: "connect" });
  return {
    store,
    onScreen: (shown) => {
      screen = shown;
    },
    close: effects.close,
  };
}

/** In cells; a pseudo-terminal without a size reports none. */
export function sizeOf(stdout: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}
