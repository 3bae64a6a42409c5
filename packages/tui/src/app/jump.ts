import { commandAnywhere, actionFor } from "../kit/keymap.ts";
import { rootsFor } from "../kit/roots.ts";
import type { Press } from "../kit/press.ts";
import { keyContextOf } from "./layers.ts";
import { openedPalette } from "./palette.ts";
import { type State, topLayer } from "./state.ts";
import { type AppUpdate, take } from "./commands.ts";

// Keys that work on every page: the palette, and a comma with its letter, to another root.

/** What a press means on every page. Not in dialogs and text fields. */
export function pressedAnywhere(state: State, press: Press): AppUpdate | null {
  switch (commandAnywhere(keyContextOf(topLayer(state).state), press)) {
    case "jump":
      return [{ ...state, jumping: true, notice: null }, []];
    case "palette":
      return openedPalette(state);
    case null:
      return null;
  }
}

/** The press after the comma. Any other press only cancels. */
export function jumped(state: State, press: Press): AppUpdate {
  const { number, state: layer } = topLayer(state);
  const settled: State = { ...state, jumping: false, notice: null };
  const action = actionFor("jump", press);
  if (action === null || action === "cancel") return [settled, []];
  const place = rootsFor(state.principal).find(({ kind }) => kind === action);
  if (place === undefined) return [settled, []];
  return take(settled, number, [layer, [{ command: "jump", to: place.kind }]]);
}
