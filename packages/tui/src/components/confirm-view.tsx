import { Box } from "ink";
import { failureMessage } from "../format/failure.ts";
import { Buttons } from "./buttons.tsx";
import type { Confirm } from "./confirm.ts";
import { useNews } from "./news.tsx";
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
  const { news } = useNews();
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Paragraph
        text={confirm.failure === null ? (news ?? "") : failureMessage(confirm.failure)}
        cells={cells}
        tone={confirm.failure === null ? "warning" : "danger"}
      />
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
