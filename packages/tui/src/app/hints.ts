import { type Hint, hintsOf, keyName } from "../kit/keymap.ts";
import { rootsFor } from "../kit/roots.ts";
import { keyContextOf, screenOf } from "./layers.ts";
import { overText } from "./over.ts";
import { contextOf, type State, topLayer } from "./state.ts";

/** The keys of the top layer, without those that would do nothing now. */
export function hintsFor(state: State): readonly Hint[] {
  if (state.signingIn !== null) return hintsOf("sign-in");
  if (state.jumping) return jumpHints(state);
  if (overText(topLayer(state), state) !== null) return hintsOf("over");
  const layer = topLayer(state).state;
  const screen = screenOf(layer);
  const context = contextOf(state);
  return hintsOf(keyContextOf(layer))
    .filter(({ action }) => screen.offers?.(layer, action, context) ?? true)
    .map((hint) => {
      const word = screen.wordFor?.(layer, hint.action, context) ?? null;
      return word === null ? hint : { ...hint, word, short: undefined };
    });
}

/** Where this person can go. */
function jumpHints({ principal }: State): readonly Hint[] {
  const kinds: readonly string[] = rootsFor(principal).map(({ kind }) => kind);
  const known = ({ action }: Hint): boolean => action === "cancel" || kinds.includes(action);
  return [
    { action: "pending", key: keyName(","), word: "then" },
    ...hintsOf("jump").filter(known),
  ].map((hint) => ({ ...hint, stays: true }));
}
