import { Box } from "ink";
import { Buttons } from "./buttons.tsx";
import { Dialog, dialogCells } from "./dialog.tsx";
import { useLayout } from "./page.tsx";
import { Paragraph } from "./paragraph.tsx";

type Props = { readonly title: string; readonly text: string };

/** In the place of a dialog whose action is no longer possible. */
export function OverDialog({ title, text }: Props) {
  const { columns } = useLayout();
  return (
    <Dialog title={title}>
      <Paragraph text={text} cells={dialogCells(columns)} />
      <Box height={1} flexShrink={0} />
      <CloseButton />
    </Dialog>
  );
}

export function CloseButton() {
  return <Buttons focus="close" buttons={[{ id: "close", label: "Close" }]} />;
}
