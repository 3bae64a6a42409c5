import { Box } from "ink";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { FormView } from "../../components/form-view.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import type { SetPasswordState } from "./state.ts";

export function SetPasswordView({ state }: { readonly state: SetPasswordState }) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  const { own, email } = state.whose;
  return (
    <Dialog title={own ? "Change password" : `Password of ${escape(email)}`}>
      <Paragraph
        text={own ? "Your other sessions end with it." : "Their sessions end with it."}
        cells={cells}
      />
      <Box height={1} flexShrink={0} />
      <FormView
        form={state.form}
        cells={cells}
        save="Set password"
        effect="the password was changed"
        above={2}
      />
    </Dialog>
  );
}
