import { commandAnywhere, commandFor } from "../keymap.ts";
import { rootsFor } from "../roots.ts";
import type { Press } from "./input.ts";
import { keyContextOf } from "./layers.ts";
import { type State, topLayer } from "./state.ts";
import { type Step, take } from "./wishes.ts";

// `,` and then a letter: to another of the lowest screens.

/** Whether a press begins a jump here. Only pages hear it, not dialogs and text fields. */
export function beginsJump(state: State, press: Press): boolean {
  return commandAnywhere(keyContextOf(topLayer(state).state), press) === "jump";
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
