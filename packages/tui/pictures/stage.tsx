import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import chalk from "chalk";
import { renderToString } from "ink";
import type { Press } from "../src/kit/press.ts";
import { Root } from "../src/app/root.tsx";
import { openSession } from "../src/app/session.ts";
import type { State } from "../src/app/state.ts";
import { graphemes } from "../src/format/width.ts";
import { themeFor } from "../src/theme/theme.ts";
import {
  createDemonstration,
  type Demonstration,
} from "@latchkey/testing/demonstration/demonstration";
import { DEMONSTRATION_NOW } from "@latchkey/testing/demonstration/examples";
import type { Scene } from "./scene.ts";

// Plays scenes: the application on a server in memory, without a terminal. What stands there at the end
// can be drawn at any size, in any look.

const PATIENCE_MILLISECONDS = 8_000;
/** Wide enough that nothing which a scene waits for is cut. */
const WHILE_PLAYING = { columns: 160, rows: 40 } as const;
const ALL_COLORS = 3;

/** What a name of several letters stands for as it is; any other text is typed letter by letter. */
const KEYS =
  /^(enter|escape|tab|shift-tab|up|down|left|right|backspace|home|end|ctrl-[a-z]|pg(up|dn))$/;

type Size = { readonly columns: number; readonly rows: number };

/**
 * The state at the end of a scene, with everything that was asked for answered.
 *
 * @param disguise puts other texts into what the server holds; the scene's own are then not waited for
 */
export async function play(
  { demonstration = createDemonstration, thenMilliseconds = 0, ...scene }: Scene,
  disguise?: (demonstration: Demonstration) => void,
): Promise<State> {
  const held = demonstration();
  disguise?.(held);
  const { store, close } = openSession({
    connect: scene.connect ?? (async () => held.connection),
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stdout: { ...WHILE_PLAYING, write: () => true } as unknown as NodeJS.WriteStream,
    env: {},
    onDefect: thrown,
    now: () => DEMONSTRATION_NOW,
  });
  /** Answers come in the turn in which they are asked for. */
  const settled = async (): Promise<State> => {
    await setImmediate();
    await setImmediate();
    return store.getState();
  };
  const until = async (what: string, holds: (state: State) => boolean): Promise<void> => {
    const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
    while (!holds(await settled())) {
      const patience = giveUpAt - Date.now();
      if (patience <= 0) {
        throw new Error(`${scene.name}: never came: ${what}\n${textOf(store.getState())}`);
      }
      await changed(store.subscribe, patience);
    }
  };
  const shows = (text: string): Promise<void> =>
    until(text, (state) => disguise !== undefined || textOf(state).includes(text));
  try {
    store.dispatch({ type: "painted" });
    await shows(scene.first ?? "CI deploy");
    await until("the feed", isFollowing);
    for (const [keys, seen, meanwhile] of scene.steps) {
      meanwhile?.(held);
      for (const press of keys.flatMap(pressesOf)) store.dispatch({ type: "pressed", press });
      await shows(seen);
      await until("the feed", isFollowing);
    }
    const end = store.getState();
    return { ...end, now: new Date(end.now.getTime() + thenMilliseconds) };
  } finally {
    // Not awaited: in some scenes the connection is never made.
    void close();
  }
}

/** Where somebody works, they follow what others do. */
function isFollowing({ phase, signingIn, link }: State): boolean {
  const isAtWork = phase.kind === "open" && signingIn === null;
  return !isAtWork || (link.kind !== "none" && link.kind !== "joining");
}

function textOf(state: State): string {
  return stripVTControlCharacters(frameOf(state, { ...WHILE_PLAYING, look: "mono" }));
}

/** What a terminal of this size gets to draw, escape sequences included; lines are parted by `\n`. */
export function frameOf(
  state: State,
  { columns, rows, look }: Size & { readonly look: string },
): string {
  chalk.level = ALL_COLORS;
  const sized = { ...state, columns, rows };
  const store = { getState: () => sized, subscribe: () => () => {}, dispatch: () => {} };
  const theme = themeFor({ TERM: "xterm-256color", COLORTERM: "truecolor", LATCHKEY_THEME: look });
  return renderToString(<Root store={store} theme={theme} onReady={() => {}} onDefect={thrown} />, {
    columns,
  });
}

function thrown(error: unknown): never {
  throw error;
}

function pressesOf(keys: string): Press[] {
  if (KEYS.test(keys)) return [{ name: keys, text: null }];
  return graphemes(keys).map((letter) => ({ name: letter, text: letter }));
}

/** Resolves at the next change, or after a while. */
function changed(
  subscribe: (listener: () => void) => () => void,
  patienceMilliseconds: number,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const stop = subscribe(done);
    const timer = setTimeout(done, patienceMilliseconds);
  });
}
