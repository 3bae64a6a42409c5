import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { DiscardChangesState } from "./state.ts";

export function DiscardChangesView({ state }: { readonly state: DiscardChangesState }) {
  const { columns } = useSurroundings();
  const cells = dialogCells(columns);
  return (
    <Dialog title="Discard changes?">
      <Paragraph text="What you typed is not saved yet." cells={cells} />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        cancel="Keep editing"
        deed="Discard changes"
        danger
      />
    </Dialog>
  );
}
