import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useLayout } from "../../components/page.tsx";
import { escape } from "../../format/escape.ts";
import type { AddSshKeyState } from "./state.ts";

export function AddSshKeyView({ state }: { readonly state: AddSshKeyState }) {
  const { columns } = useLayout();
  const { own, email } = state.whose;
  return (
    <Dialog title={own ? "Add SSH key" : `Add SSH key of ${escape(email)}`}>
      <FormView
        form={state.form}
        cells={dialogCells(columns)}
        save="Add"
        working="Adding…"
        effect="it was added"
      />
    </Dialog>
  );
}
