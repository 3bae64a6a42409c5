import type { Context, Turn } from "../navigation.ts";
import type { Effect } from "./action.ts";
import { type LayerState, screenOf } from "./layers.ts";
import { contextOf, type State } from "./state.ts";
import { type Step, take } from "./wishes.ts";

/** Loads again whatever is on the screen or will be after a step back. */
export function refreshed(state: State): Step {
  return eachLayer(state, (layer, context) => screenOf(layer).refresh?.(layer, context));
}

/** Loads again what could not be read when it was last asked for. */
export function caughtUp(state: State): Step {
  return eachLayer(state, (layer, context) => {
    const screen = screenOf(layer);
    return screen.isBehind?.(layer) === true ? screen.refresh?.(layer, context) : undefined;
  });
}

function eachLayer(
  state: State,
  turnOf: (layer: LayerState, context: Context) => Turn<LayerState> | undefined,
): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const { number, state: layer } of state.layers) {
    const turn = turnOf(layer, contextOf(current));
    if (turn === undefined) continue;
    const [next, more] = take(current, number, turn);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}
