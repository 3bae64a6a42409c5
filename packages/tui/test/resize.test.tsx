import { stripVTControlCharacters } from "node:util";
import { render } from "ink";
import { afterAll, expect, test } from "vitest";
import { scenes } from "../pictures/scenes.ts";
import { frameOf, play } from "../pictures/stage.tsx";
import { createVirtualTerminal } from "@latchkey/testing/terminal/virtual-terminal";
import { Root } from "../src/app/root.tsx";
import { firstState, type State } from "../src/app/state.ts";
import { themeFor } from "../src/theme/theme.ts";

// One terminal in which every scene comes after another, and its window changes under each. Only what
// differs is written, so whatever is left of an earlier size or screen would show.

const terminal = createVirtualTerminal(120, 40);
const listeners = new Set<() => void>();
let shown: State = firstState(new Date(0), { columns: 120, rows: 40 });
const store = {
  getState: () => shown,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  dispatch: () => {},
};
const { unmount, waitUntilRenderFlush } = render(
  <Root store={store} theme={themeFor({})} onReady={() => {}} onDefect={() => {}} />,
  {
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
    // Every change is drawn at once.
    maxFps: 1_000,
  },
);
afterAll(unmount);

function show(state: State): void {
  shown = state;
  for (const listener of listeners) listener();
}

test.each(scenes)("$name is whole after its window shrank and grew", async (scene) => {
  const state = await play(scene);
  for (const size of [
    { columns: 120, rows: 40 },
    { columns: 60, rows: 16 },
    { columns: 80, rows: 24 },
  ]) {
    show({ ...state, ...size });
    terminal.resize(size.columns, size.rows);
    const afresh = frameOf(state, { ...size, look: "mono" }).split("\n");
    const wanted = afresh.map((line) => stripVTControlCharacters(line).trimEnd()).join("\n");
    await waitUntilRenderFlush();
    await new Promise<void>((done) => terminal.stdout.write("", () => done()));
    expect(terminal.lines().join("\n")).toBe(wanted);
  }
});
