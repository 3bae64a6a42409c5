import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import type { DeleteKeyState } from "./state.ts";

export function DeleteKeyView({ state }: { readonly state: DeleteKeyState }) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  return (
    <Dialog title={`Delete ${escape(state.key.title)}?`}>
      <Paragraph
        text={`${escape(state.key.redacted)} disappears from the list. This can't be undone. Its history stays in the log.`}
        cells={cells}
      />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        action="Delete API key"
        danger
        working="Deleting…"
        effect="it was deleted"
      />
    </Dialog>
  );
}
