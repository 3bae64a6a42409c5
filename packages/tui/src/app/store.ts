import type { Message, Effect } from "./message.ts";
import { reduce } from "./reduce.ts";
import type { State } from "./state.ts";

/** The one place of state. Everything happens in `dispatch`, synchronously and in order. */
export type Store = {
  readonly getState: () => State;
  readonly dispatch: (message: Message) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

/**
 * @param run runs an effect; its result is dispatched later
 * @param now the clock: every action happens at an instant
 * @param onDefect called with what a handler threw
 */
export function createStore(
  first: State,
  run: (effect: Effect) => void,
  now: () => Date,
  onDefect: (error: unknown) => void,
): Store {
  let state = first;
  const listeners = new Set<() => void>();

  const set = (next: State): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch(message) {
      try {
        const [next, effects] = reduce({ ...state, now: now() }, message);
        set(next);
        for (const effect of effects) run(effect);
      } catch (error) {
        // A defect in one handler ends neither this screen nor anybody else's session.
        onDefect(error);
        const text = "Something went wrong inside this screen. Go on, or press esc.";
        set({ ...state, notice: { tone: "error", text } });
      }
    },
  };
}
