import { ConfirmView } from "../../components/confirm-view.tsx";
import { cellsAbove, Dialog } from "../../components/dialog.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { DiscardChangesState } from "./state.ts";

export function DiscardChangesView({ state }: { readonly state: DiscardChangesState }) {
  return (
    <Dialog title="Discard changes?" above>
      <Paragraph text="What you typed is not saved yet." cells={cellsAbove} />
      <ConfirmView
        confirm={state.confirm}
        cells={cellsAbove}
        cancel="Keep editing"
        action="Discard changes"
        danger
      />
    </Dialog>
  );
}
