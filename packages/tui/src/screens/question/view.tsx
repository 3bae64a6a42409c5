import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { QuestionState } from "./state.ts";

export function QuestionView({ state }: { readonly state: QuestionState }) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  const { title, text, action, danger, working } = state.question;
  return (
    <Dialog title={title}>
      <Paragraph text={text} cells={cells} />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        action={action}
        danger={danger}
        working={working}
      />
    </Dialog>
  );
}
