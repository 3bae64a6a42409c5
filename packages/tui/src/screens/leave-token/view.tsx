import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import type { LeaveTokenState } from "./state.ts";

export function LeaveTokenView({ state }: { readonly state: LeaveTokenState }) {
  const { columns } = useSurroundings();
  const cells = dialogCells(columns);
  return (
    <Dialog title="Leave without the token?">
      <Paragraph
        text="It was neither shown nor copied, and can't be shown again. Without it this key is of no use."
        cells={cells}
      />
      <ConfirmView
        confirm={state.confirm}
        cells={cells}
        cancel="Back to the token"
        deed={state.after === "quit" ? "Quit without it" : "Leave without it"}
        danger
      />
    </Dialog>
  );
}
