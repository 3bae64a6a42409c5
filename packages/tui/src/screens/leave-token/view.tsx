import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { LeaveTokenState } from "./state.ts";

export function LeaveTokenView({ state }: { readonly state: LeaveTokenState }) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  return (
    <Dialog title={state.isUnseen ? "Leave without the token?" : "Quit?"}>
      <Paragraph
        text={
          state.isUnseen
            ? "It was neither shown nor copied, and can't be shown again. Without it this key is of no use."
            : "The token can't be shown again. Make sure that you have it."
        }
        cells={cells}
      />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        cancel="Back to the token"
        action={actionOf(state)}
        danger
      />
    </Dialog>
  );
}

function actionOf({ after, isUnseen }: LeaveTokenState): string {
  if (after === "continue") return "Leave without it";
  return isUnseen ? "Quit without it" : "Quit";
}
