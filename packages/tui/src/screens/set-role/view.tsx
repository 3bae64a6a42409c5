import { Box } from "ink";
import { ChoiceRow } from "../../components/choice-row.tsx";
import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import { roles, roleWords } from "../../format/user-role.ts";
import type { SetRoleState } from "./state.ts";

export function SetRoleView({ state }: { readonly state: SetRoleState }) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  const { user, confirm } = state;
  const role = roles[confirm.chosen] ?? user.role;
  return (
    <Dialog title={`Role of ${escape(user.email)}`}>
      <ChoiceRow
        label="Role"
        choices={roles}
        chosen={confirm.chosen}
        focused={confirm.focus === "choice"}
      />
      <Box height={1} flexShrink={0} />
      <Paragraph
        text={`A ${role} ${roleWords[role]}.`.replace("A admin", "An admin")}
        cells={cells}
        tone="muted"
      />
      <ConfirmView
        confirm={confirm}
        cells={cells}
        action={`Make ${role}`}
        working="Saving…"
        effect="the role was changed"
      />
    </Dialog>
  );
}
