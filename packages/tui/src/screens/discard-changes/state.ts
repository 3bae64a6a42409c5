import { type Confirm, confirm, confirmScreen } from "../../kit/confirm.ts";
import type { Screen } from "../../kit/screen.ts";

/** Asked before a changed form is left. */
export type DiscardChangesState = { readonly kind: "discard-changes"; readonly confirm: Confirm };

export function openDiscardChanges(): DiscardChangesState {
  return { kind: "discard-changes", confirm: confirm() };
}

export const discardChanges: Screen<DiscardChangesState> = confirmScreen(() => ({
  commands: [{ command: "close", alsoBelow: 1 }],
}));
