import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { QuestionState } from "./state.ts";

export function QuestionView({ state }: { readonly state: QuestionState }) {
  const { columns } = useSurroundings();
  const cells = dialogCells(columns);
  const { title, text, deed, danger, working } = state.question;
  return (
    <Dialog title={title}>
      <Paragraph text={text} cells={cells} />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        deed={deed}
        danger={danger}
        working={working}
      />
    </Dialog>
  );
}
