import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { DiscardChangesState } from "./state.ts";

/** Narrower than the form below it, whose borders it stands clear of. */
const WIDEST = 46;

export function DiscardChangesView({ state }: { readonly state: DiscardChangesState }) {
  const { columns } = useSurroundings();
  const cells = dialogCells(columns, WIDEST);
  return (
    <Dialog title="Discard changes?" widest={WIDEST}>
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
