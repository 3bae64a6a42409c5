import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useLayout } from "../../components/page.tsx";
import type { AddUserState } from "./state.ts";

export function AddUserView({ state }: { readonly state: AddUserState }) {
  const { columns } = useLayout();
  return (
    <Dialog title="Add user">
      <FormView
        form={state.form}
        cells={dialogCells(columns)}
        save="Add user"
        working="Adding…"
        effect="the user was added"
      />
    </Dialog>
  );
}
