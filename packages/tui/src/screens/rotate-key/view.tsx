import { Box } from "ink";
import { ChoiceRow } from "../../components/choice-row.tsx";
import { ConfirmView } from "../../components/confirm-view.tsx";
import { Dialog, dialogCells } from "../../components/dialog.tsx";
import { useSurroundings } from "../../components/page.tsx";
import { Paragraph } from "../../components/paragraph.tsx";
import { escape } from "../../format/escape.ts";
import { graces, type RotateKeyState } from "./state.ts";

export function RotateKeyView({ state }: { readonly state: RotateKeyState }) {
  const { columns } = useSurroundings();
  const cells = dialogCells(columns);
  const { key, confirm } = state;
  const redacted = escape(key.redacted);
  const grace = graces[confirm.chosen];
  const old =
    grace === undefined || grace.graceSeconds === 0
      ? `${redacted} stops working at once. This can't be undone.`
      : `${redacted} keeps working for ${grace.label}, then it is revoked.`;
  return (
    <Dialog title={`Rotate ${escape(key.title)}?`}>
      <Paragraph
        text={`A new key takes its place: same title, scopes and expiry. ${old}`}
        cells={cells}
        lines={3}
      />
      <Box height={1} flexShrink={0} />
      <ChoiceRow
        label="Old one"
        choices={graces.map(({ label, graceSeconds }) => (graceSeconds === 0 ? "ends now" : label))}
        chosen={confirm.chosen}
        focused={confirm.focus === "choice"}
      />
      <ConfirmView confirm={confirm} cells={cells} deed="Rotate API key" working="Rotating…" />
    </Dialog>
  );
}
