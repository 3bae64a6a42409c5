import { type Confirm, confirm, pressConfirm } from "../../kit/confirm.ts";
import type { Screen } from "../../kit/screen.ts";

/** Asked before a changed form is left. */
export type DiscardChangesState = { readonly kind: "discard-changes"; readonly confirm: Confirm };

export function openDiscardChanges(): DiscardChangesState {
  return { kind: "discard-changes", confirm: confirm() };
}

export const discardChanges: Screen<DiscardChangesState> = {
  press(state, press) {
    const [next, outcome] = pressConfirm(state.confirm, press);
    switch (outcome) {
      case "stay":
        return [{ ...state, confirm: next }];
      case "cancel":
        return [state, [{ command: "close" }]];
      case "confirm":
        return [state, [{ command: "close", alsoBelow: 1 }]];
    }
  },
};
