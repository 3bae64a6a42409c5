import { screenOf } from "./layers.ts";
import type { State } from "./state.ts";
import { type Step, turnEach } from "./wishes.ts";

/**
 * Loads again whatever is on the screen or will be after a step back. Roots that were left read when
 * one comes back to them.
 */
export function refreshed(state: State): Step {
  return turnEach(state, (layer, context) => screenOf(layer).refresh?.(layer, context));
}

/** Loads again what could not be read when it was last asked for. */
export function caughtUp(state: State): Step {
  return turnEach(state, (layer, context) => {
    const screen = screenOf(layer);
    return screen.isBehind?.(layer) === true ? screen.refresh?.(layer, context) : undefined;
  });
}
