import { Box } from "ink";
import { ChoiceRow } from "../../components/choice-row.tsx";
import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useLayout } from "../../components/page.tsx";
import { OtherField } from "../../components/other-field.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import { exact } from "../../format/time.ts";
import { graceIn, graceLabels, type RotateKeyState } from "./state.ts";

type Props = { readonly state: RotateKeyState; readonly now: Date };

export function RotateKeyView({ state, now }: Props) {
  const { columns } = useLayout();
  const cells = dialogCells(columns);
  const { key, confirm } = state;
  const redacted = escape(key.redacted);
  const grace = graceIn(state, now);
  const old =
    typeof grace === "object"
      ? `${redacted} keeps working until then, then it is revoked.`
      : grace === 0
        ? `${redacted} stops working at once. This can't be undone.`
        : `${redacted} keeps working until ${exact(new Date(now.getTime() + grace * 1000))}, then it is revoked.`;
  return (
    <Dialog title={`Rotate ${escape(key.title)}?`}>
      <Paragraph
        text={`A new key takes its place: same title, scopes and expiry. ${old}`}
        cells={cells}
        lines={3}
      />
      <Box height={1} flexShrink={0} />
      <ChoiceRow
        label="Old key"
        choices={graceLabels}
        chosen={confirm.chosen}
        focused={confirm.focus === "choice"}
      />
      <OtherField confirm={confirm} label="Old key" cells={cells} />
      <ConfirmView
        confirm={confirm}
        cells={cells}
        action="Rotate API key"
        working="Rotating…"
        effect="it was rotated"
      />
    </Dialog>
  );
}
