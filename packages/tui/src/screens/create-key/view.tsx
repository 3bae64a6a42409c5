import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useLayout } from "../../components/page.tsx";
import type { CreateKeyState } from "./state.ts";

export function CreateKeyView({ state }: { readonly state: CreateKeyState }) {
  const { columns } = useLayout();
  return (
    <Dialog title="Create secret API key">
      <FormView form={state.form} cells={dialogCells(columns)} effect="it was created" />
    </Dialog>
  );
}
