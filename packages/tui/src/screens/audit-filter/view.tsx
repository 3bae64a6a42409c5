import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useLayout } from "../../components/page.tsx";
import type { AuditFilterState } from "./state.ts";

export function AuditFilterView({ state }: { readonly state: AuditFilterState }) {
  const { columns } = useLayout();
  return (
    <Dialog title="Filter the log">
      <FormView form={state.form} cells={dialogCells(columns)} save="Apply" />
    </Dialog>
  );
}
