import { Box } from "ink";
import { failureMessage } from "../format/failure.ts";
import { Buttons } from "./buttons.tsx";
import type { Confirm } from "./confirm.ts";
import { Paragraph } from "./paragraph.tsx";
import { Toned } from "./tone.tsx";

type Props = {
  readonly confirm: Confirm;
  readonly cells: number;
  readonly cancel?: string;
  readonly deed: string;
  readonly danger?: boolean;
  /** What is said while the change runs, e.g. `Revoking…`. */
  readonly working?: string;
};

/** The lower part of a question: what went wrong, if anything, and its two buttons. */
export function ConfirmView(props: Props) {
  const { confirm, cells, cancel = "Cancel", deed, danger = false, working = "Working…" } = props;
  return (
    <Box flexDirection="column" flexShrink={0}>
      {confirm.failure === null ? (
        <Box height={1} flexShrink={0} />
      ) : (
        <Paragraph text={failureMessage(confirm.failure)} cells={cells} tone="danger" />
      )}
      {confirm.working ? (
        <Box justifyContent="flex-end" height={1}>
          <Toned tone="muted">{working}</Toned>
        </Box>
      ) : (
        <Buttons
          focus={confirm.focus}
          buttons={[
            { id: "cancel", label: cancel },
            { id: "confirm", label: deed, danger },
          ]}
        />
      )}
    </Box>
  );
}
