import { commandAnywhere, commandFor } from "../kit/keymap.ts";
import { rootsFor } from "../kit/roots.ts";
import type { Press } from "../kit/press.ts";
import { keyContextOf } from "./layers.ts";
import { openedPalette } from "./palette.ts";
import { type State, topLayer } from "./state.ts";
import { type Step, take } from "./wishes.ts";

// Heard on every page: the palette, and a comma with its letter, to another of the lowest screens.

/** What a press means on every page. Dialogs and text fields don't hear it. */
export function heardAnywhere(state: State, press: Press): Step | null {
  switch (commandAnywhere(keyContextOf(topLayer(state).state), press)) {
    case "jump":
      return [{ ...state, jumping: true, notice: null }, []];
    case "palette":
      return openedPalette(state);
    case null:
      return null;
  }
}

/** The press after the comma. One that leads nowhere only ends the waiting. */
export function jumped(state: State, press: Press): Step {
  const { number, state: layer } = topLayer(state);
  const settled: State = { ...state, jumping: false, notice: null };
  const command = commandFor("jump", press);
  if (command === null || command === "cancel") return [settled, []];
  const place = rootsFor(state.principal).find(({ kind }) => kind === command);
  if (place === undefined) return [settled, []];
  return take(settled, number, [layer, [{ wish: "jump", to: place.kind }]]);
}
